export interface TaskContainer {
  name: string;
  image: string;
  imageDigest?: string;
  runtimeId: string;
  lastStatus: string;
  exitCode?: number;
  reason?: string;
  /** The exit code if the container is stopped with its task. */
  stopExitCode?: number;
}
