import type { Config } from '../../core/config/check.ts';
import { configForStage } from '../../core/config/resource-names.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';

/** The result of a lookup: found, missing, or not readable (with what to do about it). */
export type LookupResult<Thing> = { found: Thing } | { missing: string } | { unread: string };

/** A policy as plain data. */
export interface Policy {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

export interface RoleFacts {
  trust: Policy;
  policies: Record<string, Policy>;
}

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

/** A service that runs in a target account. */
export interface ServiceFacts {
  status: string;
  controller: string;
  containers: string[];
  roles: string[];
  alarms: { name: string; state: string | undefined; actions?: string[] | undefined }[];
}

/** The input of the checks: what is declared (`config`, `system`), and what exists. Without --live, both are the same. */
export interface DoctorFacts {
  live: boolean;
  /** Milliseconds since 1970. */
  at: number;
  config: Config;
  /** The account of the caller's credentials. Absent without --live. */
  caller?: LookupResult<string>;
  /** What would be deployed, with the real key's ARN if the key was found. */
  system: SystemDeclaration;
  roles: Map<string, LookupResult<RoleFacts>>;
  key: LookupResult<ArtifactKeyFacts>;
  /** The policies of the bucket and of the repository. A missing policy has no statements. */
  bucket: LookupResult<Policy>;
  repository: LookupResult<Policy>;
  /** The policy of the build account's default event bus. */
  bus: LookupResult<Policy>;
  project: LookupResult<ProjectFacts>;
  pipeline: LookupResult<PipelineFacts>;
  /** As `Category/Provider/Version`. */
  actionTypes: LookupResult<string[]>;
  /** The roles of the state machines and the functions, by the machine's or function's name. */
  machines: LookupResult<Map<string, string>>;
  functions: LookupResult<Map<string, string>>;
  /** By `test/web`. */
  services: Map<string, LookupResult<ServiceFacts>>;
  /** By the target's name: whether its role could be assumed. */
  assumed: Map<string, LookupResult<string>>;
}

const emptyPolicy: Policy = { Version: '2012-10-17', Statement: [] };

/** The artifact key's ARN before a deployment, because KMS chooses the id of the real key. */
export const placeholderKeyArn = (config: Config): string =>
  `arn:aws:kms:${config.build.region}:${config.build.account}:key/00000000-0000-4000-8000-000000000000`;

/** The facts without --live: everything as it would be deployed. Throws a ConfigurationError for an invalid stage. */
export function declaredFacts(given: Config, stage: string, at: number): DoctorFacts {
  const system = declareSystem(given, { stage, keyArn: placeholderKeyArn(given) });
  const config = configForStage(given, stage);
  return { live: false, at, config, ...factsFromDeclaration(system), services: new Map(), assumed: new Map() };
}

type DeclaredFacts = Omit<DoctorFacts, 'live' | 'at' | 'config' | 'services' | 'assumed' | 'caller'>;

/** A declared system, as if it were deployed. */
const factsFromDeclaration = (system: SystemDeclaration): DeclaredFacts => ({
  system,
  roles: new Map(system.roles.map(({ arn, trust, policies }) => [arn, { found: { trust, policies } }])),
  key: { found: { arn: system.key.arn, manager: 'CUSTOMER', state: 'Enabled', policy: system.key.policy } },
  bucket: { found: system.bucket.policy },
  repository: { found: system.repository.policy ?? emptyPolicy },
  bus: { found: { Version: '2012-10-17', Statement: system.bus.map(({ statement }) => ({ ...statement })) } },
  project: { found: declaredProject(system) },
  pipeline: { found: declaredPipeline(system) },
  actionTypes: { found: [actionTypeName(system)] },
  machines: { found: new Map(stateMachinesOf(system).map(({ name, role }) => [name, role])) },
  functions: { found: new Map(system.functions.map(({ name, role }) => [name, role])) },
});

export const stateMachinesOf = ({ machine, rollbackMachine }: SystemDeclaration): SystemDeclaration['machine'][] => [
  machine,
  rollbackMachine,
];

export const actionTypeName = ({ actionType: { category, provider, version } }: SystemDeclaration): string =>
  `${category}/${provider}/${version}`;

const declaredProject = ({ project }: SystemDeclaration): ProjectFacts => ({
  role: project.serviceRole,
  encryptionKey: project.encryptionKey,
  source: project.source.type,
  artifacts: project.artifacts.type,
  privileged: project.environment.privilegedMode,
});

const declaredPipeline = ({ pipeline: { roleArn, stages, artifactStore } }: SystemDeclaration): PipelineFacts => ({
  roleArn,
  stages,
  bucket: artifactStore.location,
  key: artifactStore.encryptionKey.id,
});

/** The ARNs of all execution roles and task roles. */
export const listTaskRoleArns = (config: Config): string[] => [
  ...new Set(
    config.targets.flatMap(({ account, services }) =>
      services.flatMap(({ executionRole, taskRoles }) =>
        [executionRole, ...taskRoles].map((name) => iamRoleArn(account, name)),
      ),
    ),
  ),
];
