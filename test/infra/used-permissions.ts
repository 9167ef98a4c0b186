import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';

/** Returns the actions that the roles of executions allow, by the role's name without the installation's prefix. */
export function listAllowedActions(): Record<string, string[]> {
  const system = declareSystem(example, { stage: 'production', keyArn });
  const { roles, functions, names } = system;
  const versioned = functions.filter(({ isVersioned }) => isVersioned);
  const used = new Set([...versioned, ...listStateMachines(system)].map(({ role }) => role));
  return Object.fromEntries(
    roles
      .filter(({ arn, name }) => used.has(arn) || name === 'test-deployment')
      .map(({ name, policies }) => [
        name.replace(names.of(''), ''),
        [
          ...new Set(Object.values(policies).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))),
        ].sort(),
      ]),
  );
}
