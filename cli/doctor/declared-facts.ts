import type { Config } from '../../core/config/check.ts';
import { configForStage } from '../../core/config/resource-names.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { listGantryActions } from '../../core/request/gantry-actions.ts';
import { type CreatedPipelineDeclaration, declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import {
  type ArtifactKeyFacts,
  actionTypeName,
  type DoctorFacts,
  type LookupResult,
  type PipelineAction,
  type Policy,
} from './facts.ts';
import { createEmptyTargetFacts, type TargetAccountFacts } from './target-facts.ts';

const emptyPolicy: Policy = { Version: '2012-10-17', Statement: [] };

/** The placeholder for the artifact key's ARN before a deployment, because KMS chooses the id of the real key. */
export const placeholderKeyArn = (config: Config): string =>
  formatArn('kms', config.build, 'key/00000000-0000-4000-8000-000000000000');

/** The facts without --live: every resource as a deployment would create it. Throws a ConfigurationError for an invalid stage. */
export function declaredFacts(given: Config, stage: string, at: number): DoctorFacts {
  const system = declareSystem(given, { stage, keyArn: placeholderKeyArn(given) });
  const config = configForStage(given, stage);
  const pipelineActions = { found: listDeclaredActions(system, config) };
  return {
    live: false,
    at,
    writtenConfig: given,
    config,
    ...factsFromDeclaration(system),
    pipelineActions,
    ...noStoreFacts(config),
    repositories: new Map(),
    ...createEmptyTargetFacts(),
  };
}

type DeclaredFacts = Omit<
  DoctorFacts,
  | 'live'
  | 'at'
  | 'writtenConfig'
  | 'config'
  | 'caller'
  | 'pipelineActions'
  | 'stores'
  | 'storeKeys'
  | 'repositories'
  | keyof TargetAccountFacts
>;

/** A declared system, as if it were deployed. */
const factsFromDeclaration = (system: SystemDeclaration): DeclaredFacts => ({
  system,
  roles: new Map(system.roles.map(({ arn, trust, policies }) => [arn, { found: { trust, policies } }])),
  key: declaredKey(system),
  pipelines: new Map(system.pipelines.map((created) => [created.pipeline.name, declaredPipeline(created)])),
  bus: { found: { Version: '2012-10-17', Statement: system.bus.map(({ statement }) => ({ ...statement })) } },
  actionTypes: { found: [actionTypeName(system)] },
  machines: { found: new Map(listStateMachines(system).map(({ name, role }) => [name, role])) },
  missingVersions: { unread: 'only --live can check this' },
  functions: { found: new Map(system.functions.map(({ name, role }) => [name, role])) },
});

const listDeclaredActions = ({ pipelines, stage }: SystemDeclaration, config: Config): PipelineAction[] =>
  pipelines.flatMap(({ pipeline: { name, stages } }) =>
    listGantryActions(stages, config, stage).map((action) => ({ ...action, pipeline: name })),
  );

const declaredKey = ({ key }: SystemDeclaration): LookupResult<ArtifactKeyFacts> =>
  key === undefined
    ? { missing: 'Gantry creates no pipeline, and so no artifact key' }
    : { found: { arn: key.arn, manager: 'CUSTOMER', state: 'Enabled', policy: key.policy } };

const declaredPipeline = ({ bucket, repository, project, pipeline }: CreatedPipelineDeclaration) => ({
  bucket: { found: bucket.policy },
  repository: { found: repository.policy ?? emptyPolicy },
  project: {
    found: {
      role: project.serviceRole,
      encryptionKey: project.encryptionKey,
      source: project.source.type,
      artifacts: project.artifacts.type,
      privileged: project.environment.privilegedMode,
    },
  },
  pipeline: {
    found: {
      roleArn: pipeline.roleArn,
      stages: pipeline.stages,
      bucket: pipeline.artifactStore.location,
      key: pipeline.artifactStore.encryptionKey.id,
    },
  },
});

/** Gantry does not create the stores, so their policies are not known without --live. */
function noStoreFacts({ artifactStores }: Config): Pick<DoctorFacts, 'stores' | 'storeKeys'> {
  const unread = { unread: 'only --live can check this' };
  return {
    stores: new Map(artifactStores.map(({ bucket }) => [bucket, unread])),
    storeKeys: new Map(artifactStores.flatMap(({ key }) => (key === undefined ? [] : [[key, unread]]))),
  };
}
