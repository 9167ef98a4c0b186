import type { PipelineProgress } from '../../aws/pipeline-approvals.ts';
import type { StageWithTimeouts } from '../../core/board/approvals.ts';
import { isResultUnread, isServiceBeingChanged } from '../../core/board/choose-state.ts';
import type { BoardProblem } from '../../core/board/data.ts';
import type { ServiceObservation } from '../../core/board/observations.ts';
import type { Config } from '../../core/config/check.ts';
import type { NamedTarget } from '../../core/config/targets.ts';
import type { DescribedTaskDefinition } from '../../core/task-definition/raw.ts';
import type { AwsClock } from './aws-clock.ts';

/** A pipeline, as far as it has been read. */
export interface KnownPipeline extends PipelineProgress {
  stages?: StageWithTimeouts[] | undefined;
  readAt: string;
}

/** The time of the last read, in ms since 1970, and how often in a row the read failed. */
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
  /** Until when (ms since 1970) a service counts as changing, because somebody has just started something on the board. */
  expected: Map<string, number>;
  /** The entries of ECS's history, by the id of the deployment. */
  deploymentArns: Map<string, string>;
  pipelines: Map<string, KnownPipeline>;
  /** The names of the services that a pipeline deploys to at the moment. */
  deploying: Set<string>;
  problems: Map<string, BoardProblem>;
  reads: Map<string, ReadRecord>;
  /** The times of the calls of the last minutes, without the calls of the first read of everything. */
  calls: number[];
  /** Clusters with a service that cannot be read. In these clusters, each service is read alone. */
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
  deploying: new Set(),
  expected: new Map(),
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

/** Makes reads due, as if they had not been done for a long time. */
export function makeDue({ reads }: CollectorState, keys: string[]): void {
  for (const key of keys) {
    const record = reads.get(key);
    if (record !== undefined) record.lastAt = 0;
  }
}

/** Makes those reads of a service due that show whether the service is changing. */
export function readServiceSoon(state: CollectorState, name: string): void {
  const isOfService = (key: string): boolean => /^(services|table) /.test(key) && key.split(' ').includes(name);
  makeDue(state, [...state.reads.keys()].filter(isOfService));
}

/** The longest time, in ms, until the ledger shows an action that somebody has started. A pipeline starts an execution within a minute. */
const longestStartMs = 120_000;

/** Reads a service and the pipelines more often from now on, because somebody has just started something there. */
export function expectMotion(state: CollectorState, name: string): void {
  state.expected.set(name, state.clock.now().getTime() + longestStartMs);
  readServiceSoon(state, name);
  makeDue(
    state,
    [...state.reads.keys()].filter((key) => key.startsWith('approvals ')),
  );
}

/**
 * Whether somebody is changing a service, or has just finished a change. The sources are the service, the ledger, the lease, a pipeline, and a button that was
 * just pressed.
 */
export function isMoving({ services, deploying, expected, clock }: CollectorState, { name }: NamedTarget): boolean {
  const known = services.get(name);
  const isExpected = (expected.get(name) ?? 0) > clock.now().getTime();
  return (
    known !== undefined && (isExpected || deploying.has(name) || isServiceBeingChanged(known) || isResultUnread(known))
  );
}

/** Returns a function that stores why a read failed. It is for reads whose data belongs to no single service. */
export const addProblemAbout =
  (state: CollectorState, about: string) =>
  (text: string): void => {
    state.problems.set(about, { about, text, readAt: state.clock.now().toISOString() });
    state.version += 1;
  };
