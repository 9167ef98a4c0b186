import type { Config } from './config.ts';
import type { Target } from './deployment.ts';
import { startedFor } from './started-for.ts';

/** An execution of `deploy` that runs now. `input`: as it was started with. */
export interface RunningExecution {
  arn: string;
  startedAt: Date;
  input: unknown;
}

const isSameService = (one: Target, other: Target): boolean =>
  one.roleArn === other.roleArn &&
  one.region === other.region &&
  one.cluster === other.cluster &&
  one.service === other.service;

/**
 * Whether an execution of `deploy` takes care of a deployment: it runs, it is about the service, and it began first. One that began later
 * still waits for its turn, or has not touched the service yet.
 */
export const caresFor =
  ({ target, since }: { target: Target; since: Date }, config: Config, stage: string) =>
  ({ startedAt, input }: RunningExecution): boolean =>
    startedAt <= since && startedFor(input, config, stage).some((one) => isSameService(one, target));
