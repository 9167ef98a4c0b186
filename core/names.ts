import type { Config, TargetConfig } from './config-schema.ts';
import { Failure } from './failure.ts';

/** The stage whose names people read every day: its roles and its provider are called exactly as the configuration says. */
export const defaultStage = 'production';

/** Every resource's name, so that no two stages of an application share one. */
export interface Names {
  prefix: string;
  bucket: string;
  keyAlias: string;
  repository: string;
  project: string;
  pipeline: string;
  provider: string;
  machine: string;
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
export function namesOf(config: Config, stage: string): Names {
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
    provider: stage === defaultStage ? config.provider : `${config.provider}-${stage}`,
    machine: of('deploy'),
    table: of('ledger'),
    deadLetters: of('dead-letters'),
    function: of,
    of,
  };
}

/** The name of the role that Gantry deploys to a target with: the configured one, with the stage behind it where it is not the default. */
export function deploymentRoleName(target: TargetConfig, stage: string): string {
  const name = target.role ?? `${target.name}-deployment`;
  return stage === defaultStage ? name : `${name}-${stage}`;
}
