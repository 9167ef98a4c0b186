import { readRole } from '../../aws/iam.ts';
import { readBucketPolicy, readKmsKey, readRepositoryPolicy } from '../../aws/installed-artifacts.ts';
import { readActionTypes, readBuildProject, readPipeline } from '../../aws/installed-pipeline.ts';
import {
  readBusPolicy,
  readCallerAccount,
  readFunctionRole,
  readStateMachineRole,
} from '../../aws/installed-workflow.ts';
import type { Config } from '../../core/config/check.ts';
import { configForStage, resourceNames } from '../../core/config/resource-names.ts';
import { Failure } from '../../core/errors/failure.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import { explainUnreachable } from '../error-advice.ts';
import {
  type ArtifactKeyFacts,
  type DoctorFacts,
  type LookupResult,
  listTaskRoleArns,
  type PipelineFacts,
  placeholderKeyArn,
  type RoleFacts,
  stateMachinesOf,
} from './facts.ts';
import { inspectTargets } from './live-targets.ts';
import { lookUp, mapLookup, parsePolicyText } from './lookup.ts';

/** What is there, as far as the caller's own credentials and the deployment roles can see it. */
export async function collectLiveFacts(given: Config, stage: string, now: Date): Promise<DoctorFacts> {
  const { account, region } = given.build;
  const caller = await inspectCaller(account, region);
  const own = 'found' in caller ? caller.found : undefined;
  const key = await inspectInAccount(own, account, () => inspectKey(given, stage));
  const system = declareSystem(given, { stage, keyArn: 'found' in key ? key.found.arn : placeholderKeyArn(given) });
  const config = configForStage(given, stage);
  return {
    live: true,
    at: now.getTime(),
    config,
    caller,
    system,
    key,
    roles: await inspectRoles(config, system, own),
    ...(await inspectBuildAccount(system, own)),
    ...(await inspectTargets({ config, system, own }, now)),
  };
}

/** Throws SystemUnavailable where nobody answers: no credentials would help, and nothing else can be looked at. */
async function inspectCaller(account: string, region: string): Promise<LookupResult<string>> {
  const asked = readCallerAccount(region);
  const silence = await asked.then(() => undefined, explainUnreachable);
  if (silence !== undefined) throw new Failure('SystemUnavailable', silence);
  return lookUp({ thing: 'caller of these credentials', account }, () => asked);
}

/** Looks only with the credentials of the account that the thing is in. */
async function inspectInAccount<Thing>(
  own: string | undefined,
  account: string,
  look: () => Promise<LookupResult<Thing>>,
): Promise<LookupResult<Thing>> {
  if (own === account) return look();
  return { unread: `run this again with credentials of account ${account}` };
}

async function inspectKey(config: Config, stage: string): Promise<LookupResult<ArtifactKeyFacts>> {
  const { account, region } = config.build;
  const alias = resourceNames(config, stage).keyAlias;
  const found = await lookUp({ thing: `key ${alias}`, account }, () => readKmsKey(region, alias));
  return mapLookup(found, ({ policy, ...rest }) => ({ ...rest, policy: parsePolicyText(policy) }));
}

async function inspectRoles(
  config: Config,
  system: SystemDeclaration,
  own: string | undefined,
): Promise<DoctorFacts['roles']> {
  const arns = [...new Set([...system.roles.map(({ arn }) => arn), ...listTaskRoleArns(config)])];
  const roles = arns.map(async (arn) => [arn, await inspectRole(arn, own)] as const);
  return new Map(await Promise.all(roles));
}

function inspectRole(arn: string, own: string | undefined): Promise<LookupResult<RoleFacts>> {
  const [, , , , account = '', name = ''] = arn.split(':');
  return inspectInAccount(own, account, async () => {
    const found = await lookUp({ thing: name.replace('/', ' '), account }, () => readRole(arn));
    return mapLookup(found, ({ trust, policies }) => ({
      trust: parsePolicyText(trust),
      policies: Object.fromEntries(Object.entries(policies).map(([each, text]) => [each, parsePolicyText(text)])),
    }));
  });
}

type BuildAccountFacts = Pick<
  DoctorFacts,
  'bucket' | 'repository' | 'bus' | 'project' | 'pipeline' | 'actionTypes' | 'machines' | 'functions'
>;

async function inspectBuildAccount(system: SystemDeclaration, own: string | undefined): Promise<BuildAccountFacts> {
  const { account, region, bucket, repository, project, pipeline, functions } = system;
  const look = <Thing>(thing: string, by: () => Promise<Thing | undefined>): Promise<LookupResult<Thing>> =>
    inspectInAccount(own, account, () => lookUp({ thing, account }, by));
  const policies = {
    bucket: await look(`bucket ${bucket.name}`, () => readBucketPolicy(region, bucket.name)),
    repository: await look(`repository ${repository.name}`, () => readRepositoryPolicy(region, repository.name)),
    bus: await look('default event bus', () => readBusPolicy(region)),
  };
  return {
    bucket: mapLookup(policies.bucket, parsePolicyText),
    repository: mapLookup(policies.repository, parsePolicyText),
    bus: mapLookup(policies.bus, parsePolicyText),
    project: mapLookup(
      await look(`project ${project.name}`, () => readBuildProject(region, project.name)),
      toProjectFacts,
    ),
    pipeline: mapLookup(
      await look(`pipeline ${pipeline.name}`, () => readPipeline(region, pipeline.name)),
      toPipelineFacts,
    ),
    actionTypes: await look('custom action types', () => readActionTypes(region)),
    machines: await look('state machines', () =>
      inspectRolesByName(stateMachinesOf(system), ({ arn }) => readStateMachineRole(region, arn)),
    ),
    functions: await look('functions', () =>
      inspectRolesByName(functions, ({ name }) => readFunctionRole(region, name)),
    ),
  };
}

/** The roles of those that exist, by their names. */
async function inspectRolesByName<Named extends { name: string }>(
  declared: Named[],
  look: (one: Named) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const all = await Promise.all(declared.map(async (one) => [one.name, await look(one)] as const));
  return new Map(all.flatMap(([name, role]) => (role === undefined ? [] : [[name, role] as const])));
}

type Found<Look extends (...given: never[]) => Promise<unknown>> = NonNullable<Awaited<ReturnType<Look>>>;

const toProjectFacts = ({
  serviceRole,
  encryptionKey,
  source,
  artifacts,
  environment,
}: Found<typeof readBuildProject>) => ({
  role: serviceRole ?? 'none',
  encryptionKey,
  source: source?.type ?? 'none',
  artifacts: artifacts?.type ?? 'none',
  privileged: environment?.privilegedMode ?? false,
});

const toPipelineFacts = ({ roleArn, stages, artifactStore }: Found<typeof readPipeline>): PipelineFacts => ({
  roleArn: roleArn ?? 'none',
  bucket: artifactStore?.location ?? 'none',
  key: artifactStore?.encryptionKey?.id,
  stages: (stages ?? []).map(({ name = '', actions = [] }) => ({
    name,
    actions: actions.map((action) => ({ name: action.name ?? '', configuration: action.configuration ?? {} })),
  })),
});
