import type { Config } from '../../core/config/check.ts';
import { onStage } from '../../core/config/resource-names.ts';
import { roleIn } from '../../infra/arns.ts';
import { type System, systemOf } from '../../infra/system.ts';

/** What is known of one thing: it is there, it is not there, or it could not be looked at (and what would help). */
export type Read<Thing> = { found: Thing } | { missing: string } | { unread: string };

/** A policy as plain data, wherever it comes from. */
export interface Policy {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

export interface HeldRole {
  trust: Policy;
  policies: Record<string, Policy>;
}

export interface HeldKey {
  arn: string;
  manager: string;
  state: string;
  policy: Policy;
}

export interface HeldProject {
  role: string;
  encryptionKey: string | undefined;
  source: string;
  artifacts: string;
  privileged: boolean;
}

export interface HeldPipeline {
  roleArn: string;
  bucket: string;
  key: string | undefined;
  stages: { name: string; actions: { name: string; configuration: Record<string, string> }[] }[];
}

/** A service that runs in a target account. */
export interface HeldService {
  status: string;
  controller: string;
  containers: string[];
  roles: string[];
  alarms: { name: string; state: string | undefined }[];
}

/** All that the checks look at: what is declared (`config`, `system`), and what is there. Offline that is the same. */
export interface Facts {
  live: boolean;
  /** Milliseconds since 1970. */
  at: number;
  config: Config;
  /** The account of the caller's credentials. Offline there is none. */
  caller?: Read<string>;
  /** What would be deployed, around the real key where it was found. */
  system: System;
  roles: Map<string, Read<HeldRole>>;
  key: Read<HeldKey>;
  /** Policies of the bucket and the repository; none where they have none. */
  bucket: Read<Policy>;
  repository: Read<Policy>;
  project: Read<HeldProject>;
  pipeline: Read<HeldPipeline>;
  /** As `Category/Provider/Version`. */
  actionTypes: Read<string[]>;
  /** The roles of the state machines and the functions, by the machine's or function's name. */
  machines: Read<Map<string, string>>;
  functions: Read<Map<string, string>>;
  /** By `test/web`. */
  services: Map<string, Read<HeldService>>;
  /** By the target's name: could its role be assumed. */
  assumed: Map<string, Read<string>>;
}

const noPolicy: Policy = { Version: '2012-10-17', Statement: [] };

/** KMS makes the key's id up when it is deployed; until then this one stands for it. */
export const standInKey = (config: Config): string =>
  `arn:aws:kms:${config.build.region}:${config.build.account}:key/00000000-0000-4000-8000-000000000000`;

/** The facts without looking at any account: everything is as it would be deployed. Throws a ConfigurationError for a bad stage. */
export function declaredFacts(given: Config, stage: string, at: number): Facts {
  const system = systemOf(given, { stage, keyArn: standInKey(given) });
  const config = onStage(given, stage);
  return { live: false, at, config, ...declared(system), services: new Map(), assumed: new Map() };
}

type Declared = Omit<Facts, 'live' | 'at' | 'config' | 'services' | 'assumed' | 'caller'>;

/** What a system would be once it is deployed. */
const declared = (system: System): Declared => ({
  system,
  roles: new Map(system.roles.map(({ arn, trust, policies }) => [arn, { found: { trust, policies } }])),
  key: { found: { arn: system.key.arn, manager: 'CUSTOMER', state: 'Enabled', policy: system.key.policy } },
  bucket: { found: system.bucket.policy },
  repository: { found: system.repository.policy ?? noPolicy },
  project: { found: declaredProject(system) },
  pipeline: { found: declaredPipeline(system) },
  actionTypes: { found: [actionTypeName(system)] },
  machines: { found: new Map(machinesOf(system).map(({ name, role }) => [name, role])) },
  functions: { found: new Map(system.functions.map(({ name, role }) => [name, role])) },
});

export const machinesOf = ({ machine, rollbackMachine }: System): System['machine'][] => [machine, rollbackMachine];

export const actionTypeName = ({ actionType: { category, provider, version } }: System): string =>
  `${category}/${provider}/${version}`;

const declaredProject = ({ project }: System): HeldProject => ({
  role: project.serviceRole,
  encryptionKey: project.encryptionKey,
  source: project.source.type,
  artifacts: project.artifacts.type,
  privileged: project.environment.privilegedMode,
});

const declaredPipeline = ({ pipeline: { roleArn, stages, artifactStore } }: System): HeldPipeline => ({
  roleArn,
  stages,
  bucket: artifactStore.location,
  key: artifactStore.encryptionKey.id,
});

/** The roles that a service's tasks start and act as, by their ARNs. */
export const taskRolesOf = (config: Config): string[] => [
  ...new Set(
    config.targets.flatMap(({ account, services }) =>
      services.flatMap(({ executionRole, taskRoles }) =>
        [executionRole, ...taskRoles].map((name) => roleIn(account, name)),
      ),
    ),
  ),
];
