import { listStateMachines } from '../../infra/system-state-machines.ts';
import { getFunctions } from '../../local/lambda/functions.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { TestSystem } from './system.ts';

type Json = Record<string, unknown>;

const byJson = <Value>(values: Value[]): Value[] =>
  values.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

const listRoles = ({ cloud }: TestSystem) =>
  [...cloud.iam.roles.values()].map(({ arn, trust, policies }) => ({ arn, trust, policies }));

/** Every function and version, without the names of statements and the folder of the code, because these differ between two installations. */
const listFunctions = ({ cloud }: TestSystem) =>
  [...getFunctions(cloud).byArn.values()].map(({ arn, version, handler, environment, roleArn, policy, ...rest }) => ({
    ...{ arn, version, handler, environment, roleArn, timeoutSeconds: rest.timeoutSeconds, memoryMb: rest.memoryMb },
    policy: (policy?.Statement ?? []).map(({ Sid: _, ...statement }) => statement),
  }));

async function listRules({ admin }: TestSystem, account: string) {
  const call = admin(account);
  const { Rules } = (await call('events', 'ListRules', {})) as { Rules: Json[] };
  return Promise.all(
    Rules.map(async (rule) => ({
      ...rule,
      targets: ((await call('events', 'ListTargetsByRule', { Rule: rule.Name })) as { Targets: Json[] }).Targets,
    })),
  );
}

async function describeMachines({ admin, system }: TestSystem) {
  const call = admin(system.account);
  return Promise.all(
    listStateMachines(system).map(async ({ arn }) => {
      const { name, definition, roleArn } = (await call('states', 'DescribeStateMachine', {
        stateMachineArn: arn,
      })) as Json;
      return { name, roleArn, definition: JSON.parse(String(definition)) };
    }),
  );
}

async function describePipeline({ admin, system }: TestSystem) {
  const call = admin(system.account);
  const { key, bucket, repository, project, pipeline } = getFirstPipeline(system);
  return {
    keyPolicy: await call('kms', 'GetKeyPolicy', { KeyId: key.arn }),
    rotation: await call('kms', 'GetKeyRotationStatus', { KeyId: key.arn }),
    bucketPolicy: await call('s3', 'GetBucketPolicy', { Bucket: bucket.name }),
    encryption: await call('s3', 'GetBucketEncryption', { Bucket: bucket.name }),
    versioning: await call('s3', 'GetBucketVersioning', { Bucket: bucket.name }),
    repositoryPolicy: await call('ecr', 'GetRepositoryPolicy', { repositoryName: repository.name }),
    projects: await call('codebuild', 'BatchGetProjects', { names: [project.name] }),
    pipeline: ((await call('codepipeline', 'GetPipeline', { name: pipeline.name })) as Json).pipeline,
    actionTypes: await call('codepipeline', 'ListActionTypes', { actionOwnerFilter: 'Custom' }),
  };
}

async function listLogGroups({ admin }: TestSystem, account: string) {
  const { logGroups } = (await admin(account)('logs', 'DescribeLogGroups', { logGroupNamePrefix: '/' })) as {
    logGroups: { logGroupName: string }[];
  };
  return logGroups.map(({ logGroupName }) => logGroupName);
}

/**
 * Everything that determines the permissions and the actions of an installed system, in a form that can be compared. Dates and the id of the key are masked.
 */
export async function describeInstallation(system: TestSystem): Promise<Record<string, unknown>> {
  const accounts = [system.system.account, ...system.config.targets.map(({ account }) => account)];
  const perAccount = async <Found>(list: (account: string) => Promise<Found[]>) =>
    byJson((await Promise.all(accounts.map(list))).flat());
  const call = system.admin(system.system.account);
  const { Table } = (await call('dynamodb', 'DescribeTable', { TableName: system.system.table.name })) as {
    Table: Json;
  };
  const described = {
    roles: byJson(listRoles(system)),
    functions: byJson(listFunctions(system)),
    machines: byJson(await describeMachines(system)),
    rules: await perAccount((account) => listRules(system, account)),
    bus: await call('events', 'DescribeEventBus', {}),
    ...(await describePipeline(system)),
    table: {
      keys: Table.KeySchema,
      attributes: Table.AttributeDefinitions,
      billing: (Table.BillingModeSummary as Json).BillingMode,
    },
    logGroups: await perAccount((account) => listLogGroups(system, account)),
  };
  const text = JSON.stringify(described).replaceAll(getFirstPipeline(system.system).key.arn, 'THE-KEY');
  return JSON.parse(text.replace(/"(created|lastModified)":[^,}]*/g, '"$1":0'));
}
