import type { Config } from '../../core/config/check.ts';
import type { GantryAction } from '../../core/request/gantry-actions.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import type { RepositoryPolicies } from './repository-places.ts';
import type { LookupResult, Policy, RoleFacts } from './role-facts.ts';
import type { TargetAccountFacts } from './target-facts.ts';

export type { LookupResult, Policy, RoleFacts };

export interface ArtifactKeyFacts {
  arn: string;
  manager: string;
  state: string;
  policy: Policy;
}

export interface ProjectFacts {
  role: string;
  encryptionKey: string | undefined;
  source: string;
  artifacts: string;
  privileged: boolean;
}

export interface PipelineFacts {
  roleArn: string;
  bucket: string;
  key: string | undefined;
  stages: { name: string; actions: { name: string; configuration: Record<string, string> }[] }[];
}

/** An action that Gantry works for, and its pipeline. */
export interface PipelineAction extends GantryAction {
  pipeline: string;
}

/** A pipeline that Gantry creates, with what only this pipeline uses. A missing policy has no statements. */
export interface CreatedPipelineFacts {
  bucket: LookupResult<Policy>;
  repository: LookupResult<Policy>;
  project: LookupResult<ProjectFacts>;
  pipeline: LookupResult<PipelineFacts>;
}

/** The input of the checks: the declared system (`config`, `system`), and the existing one. Without --live, both are the same. */
export interface DoctorFacts extends TargetAccountFacts {
  live: boolean;
  /** Milliseconds since 1970. */
  at: number;
  /** The configuration as the user wrote it, and the same configuration with the stage's names. */
  writtenConfig: Config;
  config: Config;
  /** The account of the caller's credentials. Absent without --live. */
  caller?: LookupResult<string>;
  /** The system that a deployment would create, with the real key's ARN if the key was found. */
  system: SystemDeclaration;
  roles: Map<string, LookupResult<RoleFacts>>;
  key: LookupResult<ArtifactKeyFacts>;
  /** The configured artifact stores, by the bucket's name. Their keys, by ARN. */
  stores: Map<string, LookupResult<Policy>>;
  storeKeys: Map<string, LookupResult<ArtifactKeyFacts>>;
  /** The repositories that images may come from and that Gantry does not create, by account and Region. Empty without --live. */
  repositories: Map<string, RepositoryPolicies>;
  /** By the pipeline's name. */
  pipelines: Map<string, CreatedPipelineFacts>;
  /** The actions of all pipelines of the build account that Gantry works for. */
  pipelineActions: LookupResult<PipelineAction[]>;
  /** The policy of the build account's default event bus. */
  bus: LookupResult<Policy>;
  /** As `Category/Provider/Version`. */
  actionTypes: LookupResult<string[]>;
  /** The roles of the state machines and the functions, by the machine's or function's name. */
  machines: LookupResult<Map<string, string>>;
  functions: LookupResult<Map<string, string>>;
  /** The ARNs of versions of functions that a state machine names and that do not exist, by the machine's name. */
  missingVersions: LookupResult<Map<string, string[]>>;
}

export const actionTypeName = ({ actionType: { category, provider, version } }: SystemDeclaration): string =>
  `${category}/${provider}/${version}`;

/** The facts of a created pipeline. They are missing for a pipeline that the configuration does not create. */
export const pipelineFacts = ({ pipelines }: DoctorFacts, { pipeline }: CreatedPipelineDeclaration) => {
  const missing = { missing: `the pipeline ${pipeline.name} is not known` };
  return pipelines.get(pipeline.name) ?? { bucket: missing, repository: missing, project: missing, pipeline: missing };
};

/** The ARNs of all execution roles and task roles. */
export const listTaskRoleArns = (config: Config): string[] => [
  ...new Set(
    config.targets.flatMap((target) =>
      target.services.flatMap(({ executionRole, taskRoles }) =>
        [executionRole, ...taskRoles].map((name) => iamRoleArn(target, name)),
      ),
    ),
  ),
];
