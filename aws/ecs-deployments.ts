import {
  type DeploymentCircuitBreaker,
  type DeploymentConfiguration,
  type Deployment as Described,
  type ECSClient,
  type Service,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import type { CircuitBreaker, Deployment, ObservedService } from '../core/rollout/observation.ts';

const boundOptionalText = (text: string | undefined): string | undefined => text && shortenForeignText(text);

const toDeployment = (given: Described): Deployment => ({
  id: given.id ?? '',
  status: given.status ?? '',
  taskDefinition: given.taskDefinition ?? '',
  createdAt: given.createdAt ?? new Date(0),
  desired: given.desiredCount ?? 0,
  running: given.runningCount ?? 0,
  pending: given.pendingCount ?? 0,
  failed: given.failedTasks ?? 0,
  rolloutState: given.rolloutState,
  rolloutStateReason: boundOptionalText(given.rolloutStateReason),
});

const toRollbackMonitor = (given: { enable?: boolean | undefined; rollback?: boolean | undefined } | undefined) => ({
  enable: given?.enable ?? false,
  rollback: given?.rollback ?? false,
});

const toCircuitBreakerSettings = (given: DeploymentCircuitBreaker | undefined): CircuitBreaker => ({
  ...toRollbackMonitor(given),
  resetOnHealthyTask: given?.resetOnHealthyTask,
  threshold:
    given?.thresholdConfiguration?.type === undefined || given.thresholdConfiguration.value === undefined
      ? undefined
      : { type: given.thresholdConfiguration.type, value: given.thresholdConfiguration.value },
});

const doesShiftTraffic = (given: DeploymentConfiguration = {}): boolean =>
  (given.strategy ?? 'ROLLING') !== 'ROLLING' || (given.lifecycleHooks ?? []).length > 0;

/** `rolloutState` is documented for rolling updates only (botocore ecs `Deployment`). Even a rolling update can be successful before it is COMPLETED. */
const isDecidedByHistory = (given: DeploymentConfiguration = {}): boolean =>
  doesShiftTraffic(given) || (given.earlySuccessCriteria?.enable ?? false);

/** Converts DescribeServices' answer to the form that the domain logic reads. A service or cluster that does not exist has the status MISSING. */
export const toObservedService = (given: Service | 'no cluster' | 'no service'): ObservedService => {
  const service: Service = typeof given === 'string' ? { status: 'MISSING' } : given;
  return {
    status: service.status ?? '',
    taskDefinition: service.taskDefinition ?? '',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    deployments: (service.deployments ?? []).map(toDeployment),
    events: (service.events ?? []).map(({ createdAt = new Date(0), message = '' }) => ({
      at: createdAt,
      message: shortenForeignText(message),
    })),
    circuitBreaker: toCircuitBreakerSettings(service.deploymentConfiguration?.deploymentCircuitBreaker),
    alarms: toRollbackMonitor(service.deploymentConfiguration?.alarms),
    historyDecides: isDecidedByHistory(service.deploymentConfiguration),
    loadBalanced: (service.loadBalancers ?? []).flatMap(({ containerName }) => containerName ?? []),
    shiftsTraffic: doesShiftTraffic(service.deploymentConfiguration),
  };
};

/** Errors with which ECS may answer if a deployment has already ended. AWS does not document which error ECS uses (botocore ecs StopServiceDeployment). */
const endedErrors = [
  'ConflictException',
  'InvalidParameterException',
  'ClientException',
  'ServiceDeploymentNotFoundException',
];

/** Stops a deployment and rolls back to its predecessor. Returns false if ECS answers that the stop is already in progress or the deployment has ended. */
export async function stopServiceDeployment(client: ECSClient, arn: string): Promise<boolean> {
  try {
    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
    return true;
  } catch (error) {
    if (error instanceof Error && endedErrors.includes(error.name)) return false;
    throw error;
  }
}
