import {
  type DeploymentConfiguration,
  type Deployment as Described,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeploymentBrief,
  type ServiceDeployment as Shown,
  StopServiceDeploymentCommand,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { Deployment, ObservedService, ServiceDeployment } from '../core/rollout/observation.ts';

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
  rolloutStateReason: given.rolloutStateReason,
});

const toRollbackMonitor = (given: { enable?: boolean | undefined; rollback?: boolean | undefined } | undefined) => ({
  enable: given?.enable ?? false,
  rollback: given?.rollback ?? false,
});

/** `rolloutState` is documented for rolling updates only (botocore ecs `Deployment`), and these too can be successful before they are COMPLETED. */
const isDecidedByHistory = (given: DeploymentConfiguration = {}): boolean =>
  (given.strategy ?? 'ROLLING') !== 'ROLLING' ||
  (given.lifecycleHooks ?? []).length > 0 ||
  (given.earlySuccessCriteria?.enable ?? false);

/** DescribeServices' answer in the form that the domain logic reads; a service or cluster that does not exist has the status MISSING. */
export const toObservedService = (given: Service | 'no cluster' | 'no service'): ObservedService => {
  const service: Service = typeof given === 'string' ? { status: 'MISSING' } : given;
  return {
    status: service.status ?? '',
    taskDefinition: service.taskDefinition ?? '',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    deployments: (service.deployments ?? []).map(toDeployment),
    events: (service.events ?? []).map(({ createdAt = new Date(0), message = '' }) => ({ at: createdAt, message })),
    circuitBreaker: toRollbackMonitor(service.deploymentConfiguration?.deploymentCircuitBreaker),
    alarms: toRollbackMonitor(service.deploymentConfiguration?.alarms),
    historyDecides: isDecidedByHistory(service.deploymentConfiguration),
  };
};

const toCircuitBreaker = ({ deploymentCircuitBreaker: given }: Shown): ServiceDeployment['circuitBreaker'] =>
  given && { status: given.status, failureCount: given.failureCount ?? 0, threshold: given.threshold ?? 0 };

const toServiceDeployment = (given: Shown): ServiceDeployment => ({
  arn: given.serviceDeploymentArn ?? '',
  status: given.status ?? '',
  statusReason: given.statusReason,
  finishedAt: given.finishedAt ?? given.stoppedAt,
  lifecycleStage: given.lifecycleStage,
  hooksAwaitingAction: (given.lifecycleHookDetails ?? [])
    .filter(({ status }) => status === 'AWAITING_ACTION')
    .map(({ hookId, targetArn }) => hookId ?? targetArn ?? 'without a name'),
  rollbackReason: given.rollback?.reason,
  circuitBreaker: toCircuitBreaker(given),
  alarms: given.alarms && { status: given.alarms.status, triggered: given.alarms.triggeredAlarmNames ?? [] },
});

/** One entry of ECS's deployment history by its ARN; undefined if it does not exist, or not yet. */
export async function describeServiceDeployment(
  client: ECSClient,
  arn: string,
): Promise<ServiceDeployment | undefined> {
  const answer = await client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  const [found] = answer.serviceDeployments ?? [];
  return found && toServiceDeployment(found);
}

/** Largest difference between the start of a deployment and that of its history entry, in ms. A larger value could match an earlier deployment of the same revision. */
const maxSkewMs = 10_000;

/**
 * The ARN of the history entry for a deployment, which `service.deployments` does not name: of the entries whose target revision has
 * our task definition, the one that began nearest to ours. Undefined if ECS keeps no entry for it, or not yet.
 */
export async function findServiceDeploymentArn(
  client: ECSClient,
  target: Target,
  rollout: Rollout,
): Promise<string | undefined> {
  const start = Date.parse(rollout.startedAt);
  const briefs = await listDeploymentsSince(client, target, new Date(start - maxSkewMs));
  const revisions = briefs.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  if (revisions.length === 0) return undefined;
  const answer = await client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: revisions }));
  const ours = (answer.serviceRevisions ?? [])
    .filter(({ taskDefinition }) => taskDefinition === rollout.taskDefinition)
    .map(({ serviceRevisionArn }) => serviceRevisionArn);
  const distance = ({ createdAt }: ServiceDeploymentBrief) => Math.abs((createdAt?.getTime() ?? 0) - start);
  const [nearest] = briefs
    .filter(({ targetServiceRevisionArn: arn }) => arn !== undefined && ours.includes(arn))
    .sort((a, b) => distance(a) - distance(b));
  return nearest?.serviceDeploymentArn;
}

/** The newest page is enough: 20 deployments since ours have superseded it long ago, and one call describes at most 20 revisions. */
async function listDeploymentsSince(client: ECSClient, target: Target, after: Date): Promise<ServiceDeploymentBrief[]> {
  const command = new ListServiceDeploymentsCommand({
    cluster: target.cluster,
    service: target.service,
    createdAt: { after },
    maxResults: 20,
  });
  const answer = await client.send(command).catch((error: unknown) => {
    if (error instanceof UnsupportedFeatureException) return undefined;
    throw error;
  });
  return answer?.serviceDeployments ?? [];
}

/** Stops a deployment and rolls back to its predecessor. Returns false if ECS answers that the stop is in progress or the deployment is over. */
export async function stopServiceDeployment(client: ECSClient, arn: string): Promise<boolean> {
  try {
    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConflictException') return false;
    throw error;
  }
}
