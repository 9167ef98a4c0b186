import { readKmsKey } from '../../aws/installed-artifacts.ts';
import { readActionTypes, readPipelinesOfAccount } from '../../aws/installed-pipeline.ts';
import {
  findFunctionRoleArn,
  readBusPolicy,
  readCallerAccount,
  readStateMachineRoleArn,
} from '../../aws/installed-workflow.ts';
import type { Config } from '../../core/config/check.ts';
import { configForStage, resourceNames } from '../../core/config/resource-names.ts';
import { Failure } from '../../core/errors/failure.ts';
import { listGantryActions } from '../../core/request/gantry-actions.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import { explainUnreachable } from '../error-advice.ts';
import { anyLoginHint, explainCredentials } from '../explain-credentials.ts';
import { placeholderKeyArn } from './declared-facts.ts';
import { type ArtifactKeyFacts, type DoctorFacts, type LookupResult, listTaskRoleArns } from './facts.ts';
import { inspectCreatedPipelines } from './live-pipelines.ts';
import { inspectRepositories } from './live-repositories.ts';
import { inspectInAccount, inspectRole } from './live-roles.ts';
import { inspectArtifactStores } from './live-stores.ts';
import { inspectTargets } from './live-targets.ts';
import { inspectVersions } from './live-versions.ts';
import { lookUp, mapLookup, parsePolicyText } from './lookup.ts';

/** The facts of the real accounts, as far as the caller's credentials and the deployment roles can read them. */
export async function collectLiveFacts(given: Config, stage: string, now: Date): Promise<DoctorFacts> {
  const { account, region } = given.build;
  const caller = await inspectCaller(account, region);
  const own = 'found' in caller ? caller.found : undefined;
  const key =
    given.pipelines.length === 0
      ? { missing: 'Gantry creates no pipeline, and so no artifact key' }
      : await inspectInAccount(own, account, () => inspectKey(given, stage));
  const system = declareSystem(given, { stage, keyArn: 'found' in key ? key.found.arn : placeholderKeyArn(given) });
  const config = configForStage(given, stage);
  return {
    live: true,
    at: now.getTime(),
    writtenConfig: given,
    config,
    caller,
    system,
    key,
    roles: await inspectRoles(config, system, own),
    ...(await inspectBuildAccount(config, system, own)),
    ...(await inspectRepositories(config, own)),
    ...(await inspectTargets({ config, system, own }, now)),
  };
}

/** Throws SystemUnavailable if the endpoint does not answer. Then no other lookup can succeed. */
async function inspectCaller(account: string, region: string): Promise<LookupResult<string>> {
  const asked = readCallerAccount(region);
  const silence = await asked.then(() => undefined, explainUnreachable);
  if (silence !== undefined) throw new Failure('SystemUnavailable', silence);
  const credentials = await asked.then(
    () => undefined,
    (error: unknown) => explainCredentials(error, anyLoginHint),
  );
  if (credentials !== undefined) return { unread: credentials };
  return lookUp({ thing: 'caller of these credentials', account }, () => asked);
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

type BuildAccountFacts = Pick<
  DoctorFacts,
  | 'pipelines'
  | 'stores'
  | 'storeKeys'
  | 'pipelineActions'
  | 'bus'
  | 'actionTypes'
  | 'machines'
  | 'functions'
  | 'missingVersions'
>;

async function inspectBuildAccount(
  config: Config,
  system: SystemDeclaration,
  own: string | undefined,
): Promise<BuildAccountFacts> {
  const { account, region, functions } = system;
  const readResource = <Thing>(thing: string, by: () => Promise<Thing | undefined>): Promise<LookupResult<Thing>> =>
    inspectInAccount(own, account, () => lookUp({ thing, account }, by));
  return {
    pipelines: await inspectCreatedPipelines(region, system, readResource),
    ...(await inspectArtifactStores(config, readResource)),
    pipelineActions: mapLookup(await readResource('pipelines', () => readPipelinesOfAccount(region)), (all) =>
      all.flatMap(({ name = '', stages = [] }) =>
        listGantryActions(stages, config, system.stage).map((action) => ({ ...action, pipeline: name })),
      ),
    ),
    bus: mapLookup(await readResource('default event bus', () => readBusPolicy(region)), parsePolicyText),
    actionTypes: await readResource('custom action types', () => readActionTypes(region)),
    machines: await readResource('state machines', () =>
      inspectRolesByName([...listStateMachines(system), ...system.deniedEntries], ({ arn }) =>
        readStateMachineRoleArn(region, arn),
      ),
    ),
    missingVersions: await readResource('versions of functions', () =>
      inspectVersions(region, listStateMachines(system)),
    ),
    functions: await readResource('functions', () =>
      inspectRolesByName(functions, ({ name }) => findFunctionRoleArn(region, name)),
    ),
  };
}

/** Returns the roles of the resources that exist, by the resource's name. */
async function inspectRolesByName<Named extends { name: string }>(
  declared: Named[],
  readResource: (one: Named) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const all = await Promise.all(declared.map(async (one) => [one.name, await readResource(one)] as const));
  return new Map(all.flatMap(([name, role]) => (role === undefined ? [] : [[name, role] as const])));
}
