import { Failure } from '../errors/failure.ts';
import type { Config, ServiceConfig, TargetConfig } from './schema.ts';

/** The stage whose names people read every day: its roles and its provider are called exactly as the configuration says. */
export const defaultStage = 'production';

/** Every resource's name, so that no two stages of an application share one. */
export interface ResourceNames {
  prefix: string;
  bucket: string;
  keyAlias: string;
  repository: string;
  project: string;
  pipeline: string;
  provider: string;
  machine: string;
  rollbackMachine: string;
  table: string;
  deadLetters: string;
  /** A function's name from its file's: `take-job`. Its role has the same name. */
  function: (file: string) => string;
  /** A role, rule, schedule or alarm of the build account, from what it is for. */
  of: (purpose: string) => string;
}

/**
 * The names for one stage. Throws a ConfigurationError for a stage that does not fit: with an app of 16 characters and the longest
 * purpose (24) a role's 64 (botocore iam `roleNameType`) leave it 14; a bucket's 63 and a provider's 25 (CodePipeline's quota) leave as much.
 */
export function resourceNames(config: Config, stage: string): ResourceNames {
  if (!/^[a-z][a-z0-9-]{0,13}$/.test(stage))
    throw new Failure(
      'ConfigurationError',
      `The stage "${stage}" must be 1-14 small letters, digits or hyphens, beginning with a letter.`,
    );
  const prefix = `${config.app}-${stage}`;
  const of = (purpose: string) => `${prefix}-${purpose}`;
  return {
    prefix,
    bucket: of(`artifacts-${config.build.account}`),
    keyAlias: `alias/${of('artifacts')}`,
    repository: prefix,
    project: of('build'),
    pipeline: prefix,
    provider: nameForStage(config.provider, stage),
    machine: of('deploy'),
    rollbackMachine: of('rollback'),
    table: of('ledger'),
    deadLetters: of('dead-letters'),
    function: of,
    of,
  };
}

/** The ARN of a machine's execution, from the machine's ARN and the execution's name. */
export const buildExecutionArn = (machine: string, name: string): string =>
  `${machine.replace(':stateMachine:', ':execution:')}:${name}`;

/** A name of the configuration, on a stage: as it is on the default one, with the stage behind it on any other. */
const nameForStage = (name: string, stage: string): string => (stage === defaultStage ? name : `${name}-${stage}`);

/** The name of the role that Gantry deploys to a target with. */
export const deploymentRoleName = (target: TargetConfig, stage: string): string =>
  nameForStage(target.role ?? `${target.name}-deployment`, stage);

/**
 * The configuration for one stage: what Gantry makes itself in a target account (`create`) is called differently on each. What exists already
 * is called what it is called, on every stage.
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
