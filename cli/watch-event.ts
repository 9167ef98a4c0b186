/** The tasks of one deployment of the service. The newest deployment has the status `PRIMARY`. */
export interface DeploymentTasks {
  taskDefinition: string;
  status: string;
  desired: number;
  running: number;
  pending: number;
  failed: number;
}

/** One thing that happened during an execution. `--json` prints it unchanged as a line. `at` is an ISO 8601 time in UTC. */
export type WatchEvent = { at: string } & (
  | { type: 'started'; execution: string; entry: string; input: unknown }
  | { type: 'state'; name: string }
  | { type: 'warning'; message: string }
  | { type: 'note'; message: string }
  | { type: 'tasks'; deployments: DeploymentTasks[] }
  | { type: 'event'; message: string }
  | { type: 'verdict'; outcome: string; message: string }
  | { type: 'stopped'; execution: string; message: string; exitCode: number }
  | { type: 'ended'; execution: string; status: string; result: string; message: string; exitCode: number }
);

/** Prints one event. */
export type EventPrinter = (event: WatchEvent) => void;
