import { readRole } from '../../aws/iam.ts';
import { readBucketPolicy, readKey, readRepositoryPolicy } from '../../aws/installed-artifacts.ts';
import { readActionTypes, readPipeline, readProject } from '../../aws/installed-pipeline.ts';
import { callerAccount, readFunction, readMachine } from '../../aws/installed-workflow.ts';
import type { Config } from '../../core/config/check.ts';
import { namesOf, onStage } from '../../core/config/resource-names.ts';
import { Failure } from '../../core/errors/failure.ts';
import { type System, systemOf } from '../../infra/system.ts';
import { unanswered } from '../advice.ts';
import {
  type Facts,
  type HeldKey,
  type HeldPipeline,
  type HeldRole,
  machinesOf,
  type Read,
  standInKey,
  taskRolesOf,
} from './facts.ts';
import { lookAtTargets } from './live-targets.ts';
import { mapped, policyOf, read } from './read.ts';

/** What is there, as far as the caller's own credentials and the deployment roles can see it. */
export async function liveFacts(given: Config, stage: string, now: Date): Promise<Facts> {
  const { account, region } = given.build;
  const caller = await theCaller(account, region);
  const own = 'found' in caller ? caller.found : undefined;
  const key = await within(own, account, () => theKey(given, stage));
  const system = systemOf(given, { stage, keyArn: 'found' in key ? key.found.arn : standInKey(given) });
  const config = onStage(given, stage);
  return {
    live: true,
    at: now.getTime(),
    config,
    caller,
    system,
    key,
    roles: await theRoles(config, system, own),
    ...(await theBuildAccount(system, own)),
    ...(await lookAtTargets({ config, system, own }, now)),
  };
}

/** Throws SystemUnavailable where nobody answers: no credentials would help, and nothing else can be looked at. */
async function theCaller(account: string, region: string): Promise<Read<string>> {
  const asked = callerAccount(region);
  const silence = await asked.then(() => undefined, unanswered);
  if (silence !== undefined) throw new Failure('SystemUnavailable', silence);
  return read({ thing: 'caller of these credentials', account }, () => asked);
}

/** Looks only with the credentials of the account that the thing is in. */
async function within<Thing>(
  own: string | undefined,
  account: string,
  look: () => Promise<Read<Thing>>,
): Promise<Read<Thing>> {
  if (own === account) return look();
  return { unread: `run this again with credentials of account ${account}` };
}

async function theKey(config: Config, stage: string): Promise<Read<HeldKey>> {
  const { account, region } = config.build;
  const alias = namesOf(config, stage).keyAlias;
  const found = await read({ thing: `key ${alias}`, account }, () => readKey(region, alias));
  return mapped(found, ({ policy, ...rest }) => ({ ...rest, policy: policyOf(policy) }));
}

async function theRoles(config: Config, system: System, own: string | undefined): Promise<Facts['roles']> {
  const arns = [...new Set([...system.roles.map(({ arn }) => arn), ...taskRolesOf(config)])];
  const roles = arns.map(async (arn) => [arn, await theRole(arn, own)] as const);
  return new Map(await Promise.all(roles));
}

function theRole(arn: string, own: string | undefined): Promise<Read<HeldRole>> {
  const [, , , , account = '', name = ''] = arn.split(':');
  return within(own, account, async () => {
    const found = await read({ thing: name.replace('/', ' '), account }, () => readRole(arn));
    return mapped(found, ({ trust, policies }) => ({
      trust: policyOf(trust),
      policies: Object.fromEntries(Object.entries(policies).map(([each, text]) => [each, policyOf(text)])),
    }));
  });
}

type BuildAccount = Pick<
  Facts,
  'bucket' | 'repository' | 'project' | 'pipeline' | 'actionTypes' | 'machines' | 'functions'
>;

async function theBuildAccount(system: System, own: string | undefined): Promise<BuildAccount> {
  const { account, region, bucket, repository, project, pipeline, functions } = system;
  const look = <Thing>(thing: string, by: () => Promise<Thing | undefined>): Promise<Read<Thing>> =>
    within(own, account, () => read({ thing, account }, by));
  const policies = {
    bucket: await look(`bucket ${bucket.name}`, () => readBucketPolicy(region, bucket.name)),
    repository: await look(`repository ${repository.name}`, () => readRepositoryPolicy(region, repository.name)),
  };
  return {
    bucket: mapped(policies.bucket, policyOf),
    repository: mapped(policies.repository, policyOf),
    project: mapped(await look(`project ${project.name}`, () => readProject(region, project.name)), projectOf),
    pipeline: mapped(await look(`pipeline ${pipeline.name}`, () => readPipeline(region, pipeline.name)), pipelineOf),
    actionTypes: await look('custom action types', () => readActionTypes(region)),
    machines: await look('state machines', () => rolesOf(machinesOf(system), ({ arn }) => readMachine(region, arn))),
    functions: await look('functions', () => rolesOf(functions, ({ name }) => readFunction(region, name))),
  };
}

/** The roles of those that exist, by their names. */
async function rolesOf<Named extends { name: string }>(
  declared: Named[],
  look: (one: Named) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const all = await Promise.all(declared.map(async (one) => [one.name, await look(one)] as const));
  return new Map(all.flatMap(([name, role]) => (role === undefined ? [] : [[name, role] as const])));
}

type Found<Look extends (...given: never[]) => Promise<unknown>> = NonNullable<Awaited<ReturnType<Look>>>;

const projectOf = ({ serviceRole, encryptionKey, source, artifacts, environment }: Found<typeof readProject>) => ({
  role: serviceRole ?? 'none',
  encryptionKey,
  source: source?.type ?? 'none',
  artifacts: artifacts?.type ?? 'none',
  privileged: environment?.privilegedMode ?? false,
});

const pipelineOf = ({ roleArn, stages, artifactStore }: Found<typeof readPipeline>): HeldPipeline => ({
  roleArn: roleArn ?? 'none',
  bucket: artifactStore?.location ?? 'none',
  key: artifactStore?.encryptionKey?.id,
  stages: (stages ?? []).map(({ name = '', actions = [] }) => ({
    name,
    actions: actions.map((action) => ({ name: action.name ?? '', configuration: action.configuration ?? {} })),
  })),
});
