/** Tasks of one deployment of the service; `PRIMARY` is the newest, the one that ECS works towards. */
export interface DeploymentTasks {
  taskDefinition: string;
  status: string;
  desired: number;
  running: number;
  pending: number;
  failed: number;
}

/** One thing that a watcher is told; with `--json` it is a line as it stands here. `at` is an ISO 8601 time in UTC. */
export type WatchEvent = { at: string } & (
  | { type: 'started'; execution: string; input: unknown }
  | { type: 'state'; name: string }
  | { type: 'warning'; message: string }
  | { type: 'note'; message: string }
  | { type: 'tasks'; deployments: DeploymentTasks[] }
  | { type: 'event'; message: string }
  | { type: 'verdict'; outcome: string; message: string }
  | { type: 'stopped'; execution: string; message: string; exitCode: number }
  | { type: 'ended'; execution: string; status: string; result: string; message: string; exitCode: number }
);

/** Whoever is told. */
export type EventPrinter = (happening: WatchEvent) => void;
