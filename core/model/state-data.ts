import type { LogTail } from './log-tail.ts';
import type { ContainerImage } from './release.ts';
import type { ScheduledTask } from './scheduled-task.ts';
import type { ServiceStatus } from './service-status.ts';
import type { StageProgress } from './stage-progress.ts';
import type { OptionalSupersededBy, SupersedingDeployment } from './superseder.ts';
import type { WaitPlan } from './wait-plan.ts';

/** `$.lease`, by Take Lease: whether the execution is allowed to change the service now. `none`: the table does not answer, and the release continues without a lease. */
export type LeaseState =
  | ({ status: 'held'; fence: number; until: string } & RetryWait)
  | ({ status: 'waiting'; holder: string; since: string; waitSeconds: number } & RetryWait)
  | ({ status: 'none'; warning: string } & RetryWait);

/** The number of seconds until a failed rollback is tried again. */
interface RetryWait {
  retrySeconds?: number | undefined;
}

/** `$.plan`, by Check Target: the state of the service before the release changes anything. */
export interface ReleasePlan {
  /** When Check Target read the service (ISO 8601, UTC). */
  at?: string | undefined;
  /** The revision and the deployment (`ecs-svc/…`) that the service runs now, and since when. */
  before: {
    taskDefinition: string;
    deploymentId: string;
    startedAt?: string | undefined;
    /** Whether the deployment is PRIMARY and COMPLETED and its tasks run. If so, its revision is known good. */
    knownGood?: boolean | undefined;
  };
  /** The revision to copy; absent if the base is a file in the artifact. */
  baseTaskDefinition?: string | undefined;
  /** The images that a manually chosen revision names by tag, with the digests that the tags have now. */
  images?: ContainerImage[] | undefined;
  /** True if the service already runs these images and is steady, and the request does not force a redeployment. */
  unchanged: boolean;
  /** Names of CloudWatch alarms: the alarms to watch, and the alarms to ignore because they were in ALARM before the release. */
  alarms: { watched: string[]; ignored: string[] };
  warnings: string[];
  /** The scheduled tasks to move to the new revision after success; absent if the service has no schedules. A rollback finds them itself. */
  schedules?: ScheduledTask[] | undefined;
}

/** `$.revision`, by Register Revision. */
export interface RegisteredRevision {
  taskDefinition: string;
  /** True if no new revision was needed because the service already runs this one. */
  same: boolean;
  /** Absent if the list would be empty. */
  warnings?: string[] | undefined;
}

/** `$.rollout`, by Update Service: the release's own ECS deployment, with its id in `service.deployments` and its start. */
export interface Rollout {
  deploymentId: string;
  taskDefinition: string;
  startedAt: string;
  /** How long to wait for the first check; absent if the first check is immediate. */
  next?: Verdict | undefined;
}

/** The data that each check of the release's deployment passes to the next check. */
interface RolloutProgress {
  serviceStatus: ServiceStatus;
  /** The deployment's ARN in ECS's service deployment history, once it is found. The next check reads the deployment by this ARN. */
  serviceDeploymentArn?: string | undefined;
  /** A newer deployment that somebody else started with the same images. Gantry watches the newer deployment from now on. */
  following?: Rollout | undefined;
  /** The time when a check first found the deployment stable, and the desired number of tasks at that time. Present only if there is a bake time. */
  stableAt?: string | undefined;
  desiredAtStable?: number | undefined;
  /** The progress of a deployment that shifts traffic. Absent for a rolling update. */
  progress?: StageProgress | undefined;
  /** When a check last found that a lifecycle hook waits for a person. */
  pausedAt?: string | undefined;
  /** When ECS's history was last read. */
  historyReadAt?: string | undefined;
  /** Warnings for the user about how the verdict was reached. */
  warnings?: string[] | undefined;
}

/**
 * `$.verdict`, by Watch Rollout: the outcome of the deployment so far. If there is no outcome yet, it contains the time until the next check.
 * `ecsRollsBack`: ECS rolls the deployment back by itself if it fails. `until`: when the watch ends (ISO 8601, UTC), even if AWS does not answer.
 */
export type Verdict =
  | (RolloutProgress &
      WaitPlan & {
        outcome: 'going on';
        ecsRollsBack?: boolean | undefined;
        until?: string | undefined;
        /** The result of the job, which cannot wait any longer for a person. */
        pauseReport?: string | undefined;
      })
  | (RolloutProgress & { outcome: 'stable' })
  | (RolloutProgress & {
      outcome: 'superseded';
      reason: string;
      by: SupersedingDeployment;
    })
  | (RolloutProgress & {
      outcome: 'failed';
      reason: string;
      /** Who rolls back: ECS (already), Gantry, or nobody (`rollBackOnFailure` is false, or the service already runs the old revision). */
      rollBack: 'ecs' | 'gantry' | 'none';
      /** Nothing failed, but the rollout was not stable in time. */
      late?: boolean | undefined;
      /** When a check found the failure. The time limit of the rollback starts here. */
      at: string;
      /** The deployment ended because a person did not decide in time, so the end does not show whether the revision works. */
      undecided?: true | undefined;
      /** The end of a failed container's log. Only the report to CodePipeline contains it. */
      log?: LogTail | undefined;
      /** If ECS is rolling back: how long to wait for the first check of its rollback. */
      next?: RollbackCheck | undefined;
    });

/** `$.rollback`, by Roll Back: the action with which Gantry began to restore the old revision. `sentence` describes it for people. */
export interface RollbackActionResult {
  did: 'stopped' | 'updated' | 'nothing';
  sentence: string;
  /** The time of that action (ISO 8601, UTC). Absent in the data of an execution that began before this field existed. */
  at?: string | undefined;
  /** The deployment that restores the old revision, and when it began. */
  deploymentId?: string | undefined;
  deploymentStartedAt?: string | undefined;
  /** The revision to restore; absent if there is none. */
  taskDefinition?: string | undefined;
  /** How long to wait for the first check of the rollback; absent if there is nothing to wait for. */
  next?: RollbackCheck | undefined;
  /** A note for people about the revision that was registered again. */
  warnings?: string[] | undefined;
}

/** A rollback that is not finished. `due`: the sentence with which the result must be reported now. The rollback continues after the report. */
interface RollbackProgress {
  serviceStatus: ServiceStatus;
  due?: boolean | undefined;
  sentence?: string | undefined;
  /** The history entry of the deployment that restores the old revision, once it is found, and when ECS's history was last read. */
  serviceDeploymentArn?: string | undefined;
  historyReadAt?: string | undefined;
}

/** `$.rollbackOutcome`, by Watch Rollback: one check of a rollback, which goes on, must be tried again, or has ended. `back`: the old revision runs again. */
export type RollbackCheck =
  | (WaitPlan & RollbackProgress & { outcome: 'going on' })
  | (RollbackProgress & { outcome: 'retry' })
  | ({ outcome: 'settled'; back: boolean; sentence: string; serviceStatus: ServiceStatus } & OptionalSupersededBy);
