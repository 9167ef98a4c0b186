import type { Config } from '../config/check.ts';
import type { Target } from '../model/release.ts';
import { targetsOfExecution, tryParseDeployRequest } from '../request/execution-input.ts';

/** An execution of `deploy`. `input`: as it was started with; `stoppedAt`: once it is over. */
export interface DeployExecution {
  arn: string;
  /** Step Functions' own word (botocore stepfunctions `ExecutionStatus`). */
  status: string;
  startedAt: Date;
  stoppedAt?: Date | undefined;
  input: unknown;
}

/** A deployment of a service, and when it began. */
export interface StartedDeployment {
  target: Target;
  since: Date;
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
export const isResponsibleFor =
  ({ target, since }: StartedDeployment, config: Config, stage: string) =>
  ({ status, startedAt, input }: DeployExecution): boolean =>
    status === 'RUNNING' &&
    startedAt <= since &&
    targetsOfExecution(input, config, stage).some((one) => isSameService(one, target));

/** Whether a deployment was an execution's own, began while that ran and failed with it, and was not to be rolled back. */
export const failedWithRollbackDisabled =
  ({ target, since }: StartedDeployment, config: Config, stage: string) =>
  ({ status, startedAt, stoppedAt, input }: DeployExecution): boolean => {
    if (status !== 'FAILED' || startedAt > since || stoppedAt === undefined || stoppedAt < since) return false;
    const request = tryParseDeployRequest(input, config, stage);
    return request !== undefined && !request.rollBackOnFailure && isSameService(request.target, target);
  };
