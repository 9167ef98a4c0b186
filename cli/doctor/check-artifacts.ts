import type { Config } from '../../core/config/check.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import type { Check } from './check-result.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import { createPermissionCheck } from './permission-check.ts';
import { allowAllPolicies } from './policy-sources.ts';
import { createResourceCheck } from './resource-check.ts';

const about = 'build account';

/** Bucket and key: every access to an artifact needs both. */
export const artifactChecks = (config: Config, system: SystemDeclaration): Check[] => [
  checkBucketExists(system),
  checkTlsOnly(system),
  ...artifactUsers(config, system).map((user) => checkBucketAccess(system, user)),
  checkArtifactKey(system),
  ...artifactUsers(config, system).map((user) => checkKeyAccess(system, user)),
];

interface ArtifactUser {
  about: string;
  who: string;
  roles: string[];
  object: string[];
  key: string[];
  context?: Record<string, string>;
}

const encryptActions = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
const decryptActions = ['kms:Decrypt', 'kms:DescribeKey'];

/** The roles that read and write artifacts, with the actions that they need. */
function artifactUsers(config: Config, system: SystemDeclaration): ArtifactUser[] {
  const read = ['s3:GetObject', 's3:GetObjectVersion'];
  const sourceUpload = [...read, 's3:PutObject', 's3:PutObjectAcl'];
  const write = { object: [...read, 's3:PutObject'], key: [...decryptActions, ...encryptActions] };
  return [
    { about, who: 'the pipeline role', roles: [system.pipeline.roleArn], ...write, object: sourceUpload },
    { about, who: 'the build role', roles: [system.project.serviceRole], ...write },
    {
      about,
      who: 'the functions',
      roles: findFunctionsAllowedTo(system, 's3:GetObject').map(({ role }) => role),
      object: read,
      key: ['kms:Decrypt'],
      context: { 'kms:ViaService': `s3.${system.region}.amazonaws.com` },
    },
    ...config.targets.map((target) => ({
      about: target.name,
      who: `the deployment role of ${target.name}`,
      roles: [deploymentRoleArn(target, system.stage)],
      object: read,
      key: decryptActions,
    })),
  ];
}

const checkBucketAccess = ({ bucket, region }: SystemDeclaration, { about, who, roles, object }: ArtifactUser): Check =>
  createPermissionCheck({
    link: 'bucket',
    about,
    who,
    what: object.includes('s3:PutObject') ? 'read and write artifacts' : 'read artifacts',
    asks: roles.map((by) => ({ by, region, actions: object, on: [`${bucket.arn}/pipeline/artifact`] })),
  });

const checkKeyAccess = (
  { region, key: { arn } }: SystemDeclaration,
  { about, who, roles, key, context }: ArtifactUser,
): Check =>
  createPermissionCheck({
    link: 'key',
    about,
    who,
    what: key.includes('kms:Encrypt') ? 'encrypt and decrypt with the artifact key' : 'decrypt with the artifact key',
    asks: roles.map((by) => ({ by, region, actions: key, on: [arn], ...(context && { context }) })),
  });

const checkBucketExists = ({ bucket, pipeline }: SystemDeclaration): Check =>
  createResourceCheck({
    link: 'bucket',
    about,
    title: `the artifact bucket ${bucket.name} exists`,
    onlyLive: true,
    read: (facts) => facts.bucket,
    wrong: () => undefined,
    reportsMissing: {
      policy: `pipeline ${pipeline.name}`,
      statement: 'artifactStore.location',
      fix: 'deploy the build account again',
    },
  });

/** Plain HTTP must be denied even to the build account's administrator. */
const checkTlsOnly = (system: SystemDeclaration): Check =>
  createResourceCheck({
    link: 'bucket',
    about,
    title: 'the bucket denies plain HTTP',
    read: (facts) => facts.bucket,
    async wrong(policy, { at }) {
      const judgement = await evaluatePolicies(
        {
          caller: { account: system.account, arn: `arn:aws:iam::${system.account}:user/administrator` },
          region: system.region,
          at,
          action: 's3:GetObject',
          resource: `${system.bucket.arn}/pipeline/artifact`,
          circumstances: { policy, owner: system.account, context: { 'aws:SecureTransport': 'false' } },
        },
        allowAllPolicies,
      );
      if ('denied' in judgement) return undefined;
      const declared = system.bucket.policy.Statement.find(({ Sid }) => Sid === 'TlsOnly');
      return {
        says: 'the bucket allows plain HTTP',
        policy: `the bucket policy of ${system.bucket.name}`,
        statement: 'TlsOnly',
        fix: `add the statement ${JSON.stringify(declared)}`,
      };
    },
  });

const checkArtifactKey = ({ key }: SystemDeclaration): Check =>
  createResourceCheck({
    link: 'key',
    about,
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

const keyStateFix = (state: string): string =>
  state === 'PendingDeletion' ? 'cancel its deletion, then enable it' : 'enable it (kms:EnableKey)';
