import type { FailureType } from '../errors/failure.ts';
import type { Release } from './release.ts';
import type { WaitPlan } from './wait-plan.ts';
/** `$.lease`, by Take Lease: whether it is our turn to change the service. `none`: the table does not answer, and we go on without. */
export type LeaseState =
  | { status: 'held'; fence: number; until: string }
  | { status: 'waiting'; holder: string; since: string; waitSeconds: number }
  | { status: 'none'; warning: string };

/** `$.plan`, by Check Target: the world as it was before anything was touched. */
export interface ReleasePlan {
  /** The revision and the deployment (`ecs-svc/…`) that the service runs now. */
  before: { taskDefinition: string; deploymentId: string };
  /** The revision to copy; absent where the base is a file of the artifact. */
  baseTaskDefinition?: string | undefined;
  /** The images are the ones that run, the service is steady on them and nobody asked for a re-deploy. */
  unchanged: boolean;
  /** Names of CloudWatch alarms: to watch, and those that are in ALARM already and tell nothing of this deployment. */
  alarms: { watched: string[]; ignored: string[] };
  warnings: string[];
}

/** `$.revision`, by Register Revision. */
export interface RegisteredRevision {
  taskDefinition: string;
  /** No new revision was needed: it is the one that the service runs already. */
  same: boolean;
}

/** `$.rollout`, by Update Service: our own deployment, by its id in `service.deployments` and its start. */
export interface Rollout {
  deploymentId: string;
  taskDefinition: string;
  startedAt: string;
}

/** The tasks of one deployment of the service, and so of one revision. */
export interface DeploymentTaskCounts {
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
}

/** The service's state at the last check; for people. Its own counts include the tasks of every revision. */
export interface ServiceStatus extends DeploymentTaskCounts {
  /** PRIMARY first. Absent in the data of an execution that began before this field existed. */
  deployments?: DeploymentTaskCounts[] | undefined;
}

/** What every look at our deployment hands to the next one. */
interface RolloutProgress {
  standing: ServiceStatus;
  /** Ours in ECS's history, once it is found: the next look asks for it by this. */
  serviceDeploymentArn?: string | undefined;
  /** Somebody else's newer deployment that carries our images: the one to watch from now on. */
  following?: Rollout | undefined;
  /** When it was first seen stable, where it is watched for longer than that, and how many tasks were wanted then. */
  stableAt?: string | undefined;
  desiredAtStable?: number | undefined;
  /** When ECS's history was last read. */
  historyReadAt?: string | undefined;
  /** What the person should know of how the verdict was reached. */
  warnings?: string[] | undefined;
}

/** `$.verdict`, by Watch Rollout: what ECS has made of our deployment so far, and for how long to look away. */
export type Verdict =
  | (RolloutProgress & WaitPlan & { outcome: 'going on' })
  | (RolloutProgress & { outcome: 'stable' })
  | (RolloutProgress & { outcome: 'superseded'; reason: string; by: { deploymentId: string; taskDefinition: string } })
  | (RolloutProgress & {
      outcome: 'failed';
      reason: string;
      /** Who puts the old revision back: ECS already does, we must, or nobody (`rollBackOnFailure` is false or it is back already). */
      rollBack: 'ecs' | 'gantry' | 'none';
      /** When it was found to have failed: the roll-back is watched for so long from here. */
      at: string;
    });

/** `$.rollback`, by Roll Back: what was done to put the old revision back, as a sentence for people too. */
export interface RollbackResult {
  did: 'stopped' | 'updated' | 'nothing';
  sentence: string;
  /** The deployment that brings the old revision back, where we started it ourselves. */
  deploymentId?: string | undefined;
}

/** `$.standing`, by Watch Rollback: where the service ends up after a failed rollout. `back`: on the revision that it ran before. */
export type RollbackOutcome =
  | (WaitPlan & { outcome: 'going on'; standing: ServiceStatus })
  | { outcome: 'settled'; back: boolean; sentence: string; standing: ServiceStatus };

/** `$.report`, by Report Success and Report Failure: what CodePipeline was told, or would have been where nobody listens. */
export interface JobReport {
  type: 'Succeeded' | FailureType;
  message: string;
}

/**
 * `$.decision`, by Decide Rollback: how to go back, and why so. `data` is laid beside it in the state's data, for the states that act:
 * to stop a deployment as after a rollout that failed, to go to a revision as for a release.
 */
export type RollbackDecision =
  | { do: 'nothing'; reason: string }
  | { do: 'stop'; reason: string; data: { release: Release; plan: ReleasePlan; rollout: Rollout; verdict: Verdict } }
  | { do: 'revision'; reason: string; revision: string; data: { release: Release; plan: ReleasePlan } };
