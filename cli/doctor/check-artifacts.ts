import type { Config } from '../../core/config/check.ts';
import { buildArtifactName } from '../../core/config/resource-names.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { formatIamArn, listViaServiceNames } from '../../core/parsing/partition.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import type { Check } from './check-result.ts';
import { pipelineFacts } from './facts.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import { createPermissionCheck } from './permission-check.ts';
import { allowAllPolicies } from './policy-sources.ts';
import { createResourceCheck } from './resource-check.ts';

/** Bucket and key of a created pipeline: every access to an artifact needs both. */
export function artifactChecks(
  config: Config,
  system: SystemDeclaration,
  created: CreatedPipelineDeclaration,
): Check[] {
  const users = artifactUsers(config, system, created);
  const { key } = system;
  return [
    checkBucketExists(created),
    checkTlsOnly(system, created),
    ...users.map((user) => checkBucketAccess(system, created, user)),
    ...(key === undefined ? [] : users.map((user) => checkKeyAccess(system, key.arn, user))),
  ];
}

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
function artifactUsers(
  config: Config,
  system: SystemDeclaration,
  { pipeline, project }: CreatedPipelineDeclaration,
): ArtifactUser[] {
  const about = pipeline.name;
  const read = ['s3:GetObject', 's3:GetObjectVersion'];
  const sourceUpload = [...read, 's3:PutObject', 's3:PutObjectAcl'];
  const write = { object: [...read, 's3:PutObject'], key: [...decryptActions, ...encryptActions] };
  return [
    { about, who: 'the pipeline role', roles: [pipeline.roleArn], ...write, object: sourceUpload },
    { about, who: 'the build role', roles: [project.serviceRole], ...write },
    {
      about,
      who: 'the functions',
      roles: findFunctionsAllowedTo(system, 's3:GetObject').map(({ role }) => role),
      object: read,
      key: ['kms:Decrypt'],
      context: { 'kms:ViaService': listViaServiceNames('s3', system.region)[0] ?? '' },
    },
    ...config.targets
      .filter(({ artifactAccess }) => artifactAccess === 'read')
      .map((target) => ({
        about: target.name,
        who: `the deployment role of ${target.name}`,
        roles: [deploymentRoleArn(target, system.stage)],
        object: read,
        key: decryptActions,
      })),
  ];
}

const checkBucketAccess = (
  { region }: SystemDeclaration,
  { bucket, pipeline }: CreatedPipelineDeclaration,
  { about, who, roles, object }: ArtifactUser,
): Check =>
  createPermissionCheck({
    link: 'bucket',
    about,
    who,
    what: object.includes('s3:PutObject') ? 'read and write artifacts' : 'read artifacts',
    asks: roles.map((by) => ({
      by,
      region,
      actions: object,
      on: [`${bucket.arn}/${pipeline.name}/${buildArtifactName}/artifact`],
    })),
  });

const checkKeyAccess = (
  { region }: SystemDeclaration,
  arn: string,
  { about, who, roles, key, context }: ArtifactUser,
): Check =>
  createPermissionCheck({
    link: 'key',
    about,
    who,
    what: key.includes('kms:Encrypt') ? 'encrypt and decrypt with the artifact key' : 'decrypt with the artifact key',
    asks: roles.map((by) => ({ by, region, actions: key, on: [arn], ...(context && { context }) })),
  });

const checkBucketExists = (created: CreatedPipelineDeclaration): Check =>
  createResourceCheck({
    link: 'bucket',
    about: created.pipeline.name,
    title: `the artifact bucket ${created.bucket.name} exists`,
    onlyLive: true,
    read: (facts) => pipelineFacts(facts, created).bucket,
    wrong: () => undefined,
    reportsMissing: {
      policy: `pipeline ${created.pipeline.name}`,
      statement: 'artifactStore.location',
      fix: 'deploy the build account again',
    },
  });

/** Plain HTTP must be denied even to the build account's administrator. */
const checkTlsOnly = (system: SystemDeclaration, created: CreatedPipelineDeclaration): Check =>
  createResourceCheck({
    link: 'bucket',
    about: created.pipeline.name,
    title: 'the bucket denies plain HTTP',
    read: (facts) => pipelineFacts(facts, created).bucket,
    async wrong(policy, { at }) {
      const judgement = await evaluatePolicies(
        {
          caller: { account: system.account, arn: formatIamArn(system, 'user/administrator') },
          region: system.region,
          at,
          action: 's3:GetObject',
          resource: `${created.bucket.arn}/pipeline/artifact`,
          circumstances: { policy, owner: system.account, context: { 'aws:SecureTransport': 'false' } },
        },
        allowAllPolicies,
      );
      if ('denied' in judgement) return undefined;
      const declared = created.bucket.policy.Statement.find(({ Sid }) => Sid === 'TlsOnly');
      return {
        says: 'the bucket allows plain HTTP',
        policy: `the bucket policy of ${created.bucket.name}`,
        statement: 'TlsOnly',
        fix: `add the statement ${JSON.stringify(declared)}`,
      };
    },
  });
