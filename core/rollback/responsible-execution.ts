import type { Config } from '../config/check.ts';
import type { Target } from '../model/release.ts';
import { targetsOfExecution, tryParseDeployRequest } from '../request/execution-input.ts';

/** An execution of `deploy`. `request`: its parsed request (aws/execution-request.ts); `stoppedAt`: present after its end. */
export interface DeployExecution {
  arn: string;
  /** A status of Step Functions (botocore stepfunctions `ExecutionStatus`). */
  status: string;
  startedAt: Date;
  stoppedAt?: Date | undefined;
  request: unknown;
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
 * Whether an execution of `deploy` is responsible for a deployment: it is running, it concerns the service, and it began before the deployment. An
 * execution that began later
 * still waits for the lease, or has not yet changed the service.
 */
export const createResponsibilityCheck =
  ({ target, since }: StartedDeployment, config: Config, stage: string) =>
  ({ status, startedAt, request }: DeployExecution): boolean =>
    status === 'RUNNING' &&
    startedAt <= since &&
    targetsOfExecution(request, config, stage).some((one) => isSameService(one, target));

/**
 * Whether an execution made a deployment that failed, and asked for no rollback. An execution made a deployment if the deployment began while the execution
 * ran.
 */
export const createDeclinedRollbackCheck =
  ({ target, since }: StartedDeployment, config: Config, stage: string) =>
  ({ status, startedAt, stoppedAt, request }: DeployExecution): boolean => {
    if (status !== 'FAILED' || startedAt > since || stoppedAt === undefined || stoppedAt < since) return false;
    const parsed = tryParseDeployRequest(request, config, stage);
    return parsed !== undefined && !parsed.rollBackOnFailure && isSameService(parsed.target, target);
  };
