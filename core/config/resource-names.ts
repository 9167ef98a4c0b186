import { Failure } from '../errors/failure.ts';
import type { ManualStart } from './entry-machines.ts';
import type { Config, PipelineConfig, ServiceConfig, TargetConfig } from './schema.ts';
import { stagePattern } from './stages.ts';

/** The stage whose roles and provider have exactly the names in the configuration. */
export const defaultStage = 'production';

/** The names of Gantry's own resources. No two stages of an installation share one. */
export interface ResourceNames {
  prefix: string;
  keyAlias: string;
  provider: string;
  machine: string;
  rollbackMachine: string;
  table: string;
  deadLetters: string;
  /** The name of a target's entry machine, and of its role. A target's name contains no underscore, so the names of two stages never meet. */
  entry: (kind: ManualStart, target: string) => string;
  /** A function's name, from the name of its file: `take-job`. Its role has the same name. */
  function: (file: string) => string;
  /** The name of a role, rule, schedule or alarm in the build account, from its purpose. */
  of: (purpose: string) => string;
}

/**
 * Returns the names of all resources for one stage. Throws a ConfigurationError for an invalid stage. The longest names are those of a target's
 * rules: 16 characters of the installation, 14 of the stage, 20 of the target and 11 of the purpose make 64 with the hyphens (botocore events `RuleName`).
 */
export function resourceNames(config: Config, stage: string): ResourceNames {
  const prefix = `${config.name}-${assertStage(stage)}`;
  const of = (purpose: string) => `${prefix}-${purpose}`;
  return {
    prefix,
    keyAlias: `alias/${of('artifacts')}`,
    provider: assertProvider(nameForStage(config.provider, stage)),
    machine: of('deploy'),
    rollbackMachine: of('rollback'),
    table: of('ledger'),
    deadLetters: of('dead-letters'),
    entry: (kind, target) => `${of(kind)}_${target}`,
    function: of,
    of,
  };
}

/** The artifact that the build of a created pipeline writes and its deploy actions read. */
export const buildArtifactName = 'Build';

/** The names of a pipeline that Gantry creates, and of what belongs to that pipeline only. */
export interface PipelineNames {
  pipeline: string;
  bucket: string;
  repository: string;
  project: string;
  role: string;
  buildRole: string;
}

/** Returns the names for a created pipeline. Throws a ConfigurationError for an invalid stage. */
export function pipelineNames({ build }: Config, { name }: PipelineConfig, stage: string): PipelineNames {
  const pipeline = `${name}-${assertStage(stage)}`;
  return {
    pipeline,
    bucket: `${pipeline}-artifacts-${build.account}`,
    repository: pipeline,
    project: `${pipeline}-build`,
    role: `${pipeline}-pipeline`,
    buildRole: `${pipeline}-build`,
  };
}

/** The length of the name of an action type (CodePipeline User Guide, "Quotas in AWS CodePipeline"). */
export const maxProviderLength = 25;

function assertProvider(provider: string): string {
  if (provider.length <= maxProviderLength) return provider;
  throw new Failure(
    'ConfigurationError',
    `The provider "${provider}" has ${provider.length} characters, and CodePipeline accepts ${maxProviderLength}: shorten provider in gantry.config.ts, or the name of the stage.`,
  );
}

function assertStage(stage: string): string {
  if (stagePattern.test(stage)) return stage;
  throw new Failure(
    'ConfigurationError',
    `The stage "${stage}" must be 1-14 lower-case letters, digits or hyphens; it begins with a letter and does not end with a hyphen.`,
  );
}

/** Returns the ARN of a machine's execution, from the machine's ARN and the execution's name. */
export const buildExecutionArn = (machine: string, name: string): string =>
  `${machine.replace(':stateMachine:', ':execution:')}:${name}`;

/** Returns a name from the configuration, for a stage: unchanged on the default stage, and with the stage at its end on any other. */
const nameForStage = (name: string, stage: string): string => (stage === defaultStage ? name : `${name}-${stage}`);

/** Returns the name of the role that Gantry uses to deploy to a target. */
export const deploymentRoleName = (target: TargetConfig, stage: string): string =>
  nameForStage(target.role ?? `${target.name}-deployment`, stage);

/** Returns the name of the role that people use to read a target, from the name of the deployment role; or its ARN, from that role's ARN. */
export const viewerRoleName = (deploymentRole: string): string => `${deploymentRole}-viewer`;

/**
 * Returns the configuration for one stage. Resources that Gantry creates in a target account (`create`) have different names on each stage. Resources
 * that exist already have the same name on every stage.
 */
export function configForStage(config: Config, stage: string): Config {
  return { ...config, targets: config.targets.map((target) => targetForStage(target, stage)) };
}

function targetForStage(target: TargetConfig, stage: string): TargetConfig {
  const makes = target.services.some((service) => service.create !== undefined);
  return {
    ...target,
    cluster: makes ? nameForStage(target.cluster, stage) : target.cluster,
    services: target.services.map((service) =>
      service.create === undefined ? service : serviceForStage(service, stage),
    ),
  };
}

const serviceForStage = (service: ServiceConfig, stage: string): ServiceConfig => ({
  ...service,
  family: nameForStage(service.family ?? service.name, stage),
  executionRole: nameForStage(service.executionRole, stage),
  taskRoles: service.taskRoles.map((role) => nameForStage(role, stage)),
  logGroup: nameForStage(service.logGroup ?? `/ecs/${service.family ?? service.name}`, stage),
});

/** The names of installations, stages and targets contain no underscore. So an underscore in a machine's name can only come before a target's name. */
const rollbackExecutionPattern = /:[^:_]+-rollback(_[^:_]+)?:[^:]+$/;

/**
 * Whether an execution (its ARN) is one of the rollback machine or of its entry machines, judged by the machine's name, because a rollback that failed early
 * has no decision in its data.
 */
export const isRollbackExecution = (execution: string): boolean => rollbackExecutionPattern.test(execution);

const commandExecutionPattern = /:[^:_]+-run(_[^:_]+)?:[^:]+$/;

/** Whether an execution (its ARN) is one of the machine that runs commands, or of its entry machines. */
export const isCommandExecution = (execution: string): boolean => commandExecutionPattern.test(execution);
