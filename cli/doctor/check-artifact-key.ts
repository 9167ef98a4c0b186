import type { KeyDeclaration } from '../../infra/system-build.ts';
import type { Check } from './check-result.ts';
import { createResourceCheck } from './resource-check.ts';

/** The artifact key that the created pipelines share. */
export const checkArtifactKey = (key: KeyDeclaration): Check =>
  createResourceCheck({
    link: 'key',
    about: 'build account',
    title: 'the artifact key is customer-managed and enabled',
    onlyLive: true,
    read: (facts) => facts.key,
    wrong: ({ manager, state, arn }) => {
      const policy = `key ${key.alias} (${arn})`;
      if (manager !== 'CUSTOMER')
        return {
          says: `the artifact key is managed by ${manager}: its policy cannot be changed, so no other account can use it`,
          policy,
          statement: 'KeyManager',
          fix: `create a customer-managed key, and use it for ${key.alias}, the pipeline and the project`,
        };
      const says = `the artifact key is ${state}`;
      return state === 'Enabled' ? undefined : { says, policy, statement: 'KeyState', fix: keyStateFix(state) };
    },
    reportsMissing: { policy: `key ${key.alias}`, statement: 'none', fix: 'deploy the build account again' },
  });

export const keyStateFix = (state: string): string =>
  state === 'PendingDeletion' ? 'cancel its deletion, then enable it' : 'enable it (kms:EnableKey)';
