import type { NamedTarget } from '../config/targets.ts';
import type { StageProgress } from '../model/stage-progress.ts';
import type { ExecutionData } from '../reporting/execution-data.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import type { ObservedService, ServiceDeployment } from '../rollout/observation.ts';
import type { UserOfOtherRevision } from '../schedule/other-revisions.ts';
import type { Lease } from '../service/lease.ts';
import type { DescribedTaskDefinition } from '../task-definition/raw.ts';
import type { ReadFact } from './cell-data.ts';

/** Everything that has been read about one service. Each part says when it was read, or why it could not be read. */
export interface ServiceObservation {
  target: NamedTarget;
  service: ReadFact<ObservedServiceAndAlarmNames>;
  table: ReadFact<TableObservation>;
  /** The execution that works on the service, or worked on it last. */
  execution?: ReadFact<ObservedExecution> | undefined;
  /** The entry of the newest deployment in ECS's history; read only if the deployment shifts traffic or has hooks. */
  deployment?: ReadFact<ServiceDeployment> | undefined;
  /** The progress of the deployment with this id when it was last read, including since when it has been in its stage. */
  stages?: { deployment: string; progress: StageProgress } | undefined;
  /** The states of the alarms that the configuration and the service name. */
  alarms: ReadFact<ObservedAlarm[]>;
  /** Schedules, rules and other users of the service's family that run another revision. Read only for a service with configured schedules. */
  others?: ReadFact<UserOfOtherRevision[]> | undefined;
  /** Approvals that a release of this service waits for. */
  approvals: PendingApproval[];
}

/** A service as ECS describes it. `alarmNames`: the alarms that ECS watches during the service's deployments. */
export interface ObservedServiceAndAlarmNames {
  service: ObservedService;
  alarmNames: string[];
}

export interface ObservedAlarm {
  name: string;
  state: string;
  reason?: string | undefined;
}

/** The items of a service in the table. Entries are newest first. */
export interface TableObservation {
  entries: LedgerEntry[];
  lease?: Lease | undefined;
  /** When the last event of the service was recorded, if there was an event, and when this fact was read. Absent if the fact was not read. */
  events?: { last?: string | undefined; readAt: string } | undefined;
}

export interface ObservedExecution {
  arn: string;
  ended: boolean;
  /** The task state that was entered last. */
  step?: string | undefined;
  data: ExecutionData;
}

/** An approval in a pipeline that waits for a person. */
export interface PendingApproval {
  pipeline: string;
  stage: string;
  action: string;
  since?: string | undefined;
  /** When CodePipeline fails the action if nobody has answered. */
  until?: string | undefined;
  readAt: string;
}

/** Revisions by ARN. The value is undefined if ECS no longer has the revision. A revision that is not in the map has not been read. */
export type DefinitionsByArn = ReadonlyMap<string, DescribedTaskDefinition | undefined>;

/** The data that all cells share. `at`: AWS's time. */
export interface BoardContext {
  at: Date;
  definitions: DefinitionsByArn;
}
