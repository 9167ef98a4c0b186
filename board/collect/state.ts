import type { WaitingApproval } from '../../aws/pipeline-approvals.ts';
import type { StageWithTimeouts } from '../../core/board/approvals.ts';
import { isInMotion } from '../../core/board/choose-state.ts';
import type { Problem } from '../../core/board/data.ts';
import type { ServiceObservation } from '../../core/board/observations.ts';
import type { Config } from '../../core/config/check.ts';
import type { NamedTarget } from '../../core/config/targets.ts';
import type { DescribedTaskDefinition } from '../../core/task-definition/raw.ts';
import type { AwsClock } from './aws-clock.ts';

/** A pipeline, as far as it has been read. */
export interface KnownPipeline {
  stages?: StageWithTimeouts[] | undefined;
  waiting: WaitingApproval[];
  readAt: string;
}

/** When something was read last, in ms since 1970, and how often in a row that failed. */
export interface ReadRecord {
  lastAt: number;
  failures: number;
}

/** Everything that the collector knows. */
export interface CollectorState {
  config: Config;
  stage: string;
  clock: AwsClock;
  services: Map<string, ServiceObservation>;
  definitions: Map<string, DescribedTaskDefinition | undefined>;
  /** The entries of ECS's history, by the id of the deployment. */
  deploymentArns: Map<string, string>;
  pipelines: Map<string, KnownPipeline>;
  problems: Map<string, Problem>;
  reads: Map<string, ReadRecord>;
  /** The times of the calls of the last minutes, without those of the first read of everything. */
  calls: number[];
  /** Clusters in which a service cannot be read, so that each service is read alone. */
  splitClusters: Set<string>;
  /** Whether everything has been read once. */
  isLoaded: boolean;
  /** Grows with each change. */
  version: number;
}

export const createObservation = (target: NamedTarget): ServiceObservation => ({
  target,
  service: {},
  table: {},
  alarms: {},
  approvals: [],
});

export const createState = (config: Config, stage: string, clock: AwsClock): CollectorState => ({
  config,
  stage,
  clock,
  services: new Map(),
  definitions: new Map(),
  deploymentArns: new Map(),
  pipelines: new Map(),
  problems: new Map(),
  reads: new Map(),
  calls: [],
  splitClusters: new Set(),
  isLoaded: false,
  version: 0,
});

/** Changes what is known about a service, if the board still has it. */
export function changeService(
  state: CollectorState,
  name: string,
  change: (known: ServiceObservation) => Partial<ServiceObservation>,
): void {
  const known = state.services.get(name);
  if (known === undefined) return;
  state.services.set(name, { ...known, ...change(known) });
  state.version += 1;
}

/** Makes reads due, as if they had been done long ago. */
export function makeDue({ reads }: CollectorState, keys: string[]): void {
  for (const key of keys) {
    const record = reads.get(key);
    if (record !== undefined) record.lastAt = 0;
  }
}

export const isMoving = ({ services }: CollectorState, { name }: NamedTarget): boolean => {
  const known = services.get(name);
  return known !== undefined && isInMotion(known);
};

/** Returns a function that stores why something could not be read that belongs to no single service. */
export const addProblemAbout =
  (state: CollectorState, about: string) =>
  (text: string): void => {
    state.problems.set(about, { about, text, readAt: state.clock.now().toISOString() });
    state.version += 1;
  };
