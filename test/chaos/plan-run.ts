import type { EventBridgeEvent, FunctionInvocation } from '../../local/cloud.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import type { Counts } from './counts.ts';
import type { ChaosLedgerEntry } from './ledger.ts';
import type { OtherActors } from './other-actors.ts';
import type { ChaosPlan, ImageKind } from './plan.ts';
import type { ChaosSchedule } from './schedules.ts';
import type { ChaosService, ChaosTaskDefinition, RecordedCall } from './setup.ts';

/** An answer of DescribeServices, and the function that asked. */
export interface ServiceAnswer {
  at: number;
  by: FunctionInvocation;
  service: ChaosService;
}

/** A finished run, with everything that the invariants check. */
export interface PlanRun {
  plan: ChaosPlan;
  stage: InProcessSystem;
  startedAt: number;
  others: OtherActors;
  effects: RecordedCall[];
  /** When each invocation last described a service, in ms, by its request id. */
  seenAt: Map<string, number>;
  /** What DescribeServices answered. */
  answers: ServiceAnswer[];
  events: EventBridgeEvent[];
  /** How often each event happened, and how often each fact was checked. */
  counts: Counts;
  /** The schedules before the run, one for each service. Empty in a run without schedules. */
  schedules: ChaosSchedule[];
  /** The ledger after the run. */
  ledger: ChaosLedgerEntry[];
  /** The services before and after the run, and every revision that they ran. */
  before: ChaosService[];
  after: ChaosService[];
  definitions: Map<string, ChaosTaskDefinition>;
  images: Record<ImageKind, { uri: string; pinned: string }>;
  /** The executions of each deployment; a job can have had more than one. */
  executions: Map<number, string[]>;
  /** The error if something never ended. */
  hung?: string;
}
