import type { StageProgress } from '../core/model/stage-progress.ts';
import type { StepWithStatus } from '../core/rollout/mark-steps.ts';

/** The tasks of one deployment of the service. The newest deployment has the status `PRIMARY`. */
export interface DeploymentTasks {
  taskDefinition: string;
  status: string;
  desired: number;
  running: number;
  pending: number;
  failed: number;
  /** The percentages of the production traffic and of the test traffic; only if the deployment shifts traffic. */
  traffic?: number | undefined;
  testTraffic?: number | undefined;
}

/** How far a deployment that shifts traffic has come. `steps` is empty if its configuration could not be read. */
export interface DeploymentProgress extends Omit<StageProgress, 'since' | 'reached' | 'failed' | 'continued'> {
  strategy?: string | undefined;
  /** ECS's status of the deployment, such as IN_PROGRESS or ROLLBACK_IN_PROGRESS. */
  status?: string | undefined;
  steps: StepWithStatus[];
}

/** One thing that happened during an execution. `--json` prints it unchanged as a line. `at` is an ISO 8601 time in UTC. */
export type WatchEvent = { at: string } & WatchEventBody;

/** An event without its time. */
export type WatchEventBody =
  | { type: 'started'; execution: string; entry: string; input: unknown }
  | { type: 'state'; name: string }
  | { type: 'warning'; message: string }
  | { type: 'note'; message: string }
  | { type: 'tasks'; deployments: DeploymentTasks[] }
  | { type: 'event'; message: string }
  /** A task of the rollout has stopped, as the `count`th one for the same cause. */
  | { type: 'task-stopped'; task: string; taskDefinition: string; cause: string; stoppedAt?: string; count: number }
  | ({ type: 'progress' } & DeploymentProgress)
  /** The rollout has been stable since `stableAt`. The event says what Gantry watches, and until when. */
  | { type: 'bake'; stableAt: string; until: string; watches: 'alarms' | 'tasks' | 'lost tasks' }
  | { type: 'log'; container: string; message: string }
  | { type: 'verdict'; outcome: string; message: string }
  | { type: 'stopped'; execution: string; message: string; exitCode: number }
  /** `done`: present if a rollback found nothing to roll back. `containerExitCode`: the exit code of a command's container, if it is known. */
  | {
      type: 'ended';
      execution: string;
      status: string;
      result: string;
      done?: 'nothing' | undefined;
      message: string;
      exitCode: number;
      containerExitCode?: number;
    };

/** The time by AWS's clock, in ms since 1970, and how long AWS has not answered, in ms. */
export interface WatchClock {
  now: number;
  silentMs: number;
}

/** Prints one event. On a terminal, `refresh` redraws what is in progress. */
export interface EventPrinter {
  (event: WatchEvent): void;
  refresh?: ((clock: WatchClock) => void) | undefined;
}
