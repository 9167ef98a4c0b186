export interface TaskContainer {
  name: string;
  image: string;
  imageDigest?: string;
  runtimeId: string;
  lastStatus: string;
  exitCode?: number;
  reason?: string;
  /** With which exit code it ends when it is stopped with its task. */
  stopExitCode?: number;
}
