import {
  type DeploymentConfiguration,
  type Deployment as Described,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type Service,
  type ServiceDeploymentBrief,
  type ServiceDeployment as Shown,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { isRevisionOfRollout } from '../core/rollout/deployment-identity.ts';
import type { Deployment, ObservedService, ServiceDeployment } from '../core/rollout/observation.ts';
import { listServiceDeployments } from './list-service-deployments.ts';

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

/** What `rolloutState` means is documented for rolling updates alone (botocore ecs `Deployment`), and they too may be successful before they are COMPLETED. */
const isDecidedByHistory = (given: DeploymentConfiguration = {}): boolean =>
  (given.strategy ?? 'ROLLING') !== 'ROLLING' ||
  (given.lifecycleHooks ?? []).length > 0 ||
  (given.earlySuccessCriteria?.enable ?? false);

/** DescribeServices' answer as the core reads it; a service or cluster that does not exist has the status MISSING. */
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

/** One entry of ECS's deployment history by its ARN; undefined where it does not (yet) exist. */
export async function describeServiceDeployment(
  client: ECSClient,
  arn: string,
): Promise<ServiceDeployment | undefined> {
  const answer = await client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  const [found] = answer.serviceDeployments ?? [];
  return found && toServiceDeployment(found);
}

/** The history's entry is made in the same moment as the deployment, give or take; in ms. Not more, or one of the same revision just before could be taken for it. */
const maxSkewMs = 10_000;

/**
 * The ARN of the history's entry for a deployment, which `service.deployments` does not name: the entry whose target revision has the
 * deployment's number, or else, of the entries whose target revision has our task definition, the one that began nearest to ours.
 * Undefined if ECS lists none (yet) for it.
 */
export async function findServiceDeploymentArn(
  client: ECSClient,
  target: Target,
  rollout: Rollout,
): Promise<string | undefined> {
  const after = new Date(Date.parse(rollout.startedAt) - maxSkewMs);
  const briefs = await listServiceDeployments(client, target, { createdAt: { after } });
  const exact = briefs.find(({ targetServiceRevisionArn: arn }) => isRevisionOfRollout(arn, rollout));
  const found = exact ?? (await findNearestDeployment(client, rollout, briefs.slice(-maxRevisions)));
  return found?.serviceDeploymentArn;
}

/** As many revisions as one call describes (botocore ecs DescribeServiceRevisions). */
const maxRevisions = 20;

async function findNearestDeployment(
  client: ECSClient,
  { startedAt, taskDefinition: ours }: Rollout,
  briefs: ServiceDeploymentBrief[],
): Promise<ServiceDeploymentBrief | undefined> {
  const serviceRevisionArns = briefs.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  if (serviceRevisionArns.length === 0) return undefined;
  const { serviceRevisions = [] } = await client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  const matching = serviceRevisions.filter(({ taskDefinition }) => taskDefinition === ours);
  const arns = matching.map(({ serviceRevisionArn }) => serviceRevisionArn);
  const distance = ({ createdAt }: ServiceDeploymentBrief) =>
    Math.abs((createdAt?.getTime() ?? 0) - Date.parse(startedAt));
  const [nearest] = briefs
    .filter(({ targetServiceRevisionArn: arn }) => arn !== undefined && arns.includes(arn))
    .sort((one, other) => distance(one) - distance(other));
  return nearest;
}

/** What ECS may answer if a deployment is over already: which of these is not documented (botocore ecs StopServiceDeployment). */
const endedErrors = [
  'ConflictException',
  'InvalidParameterException',
  'ClientException',
  'ServiceDeploymentNotFoundException',
];

/** Ends a deployment and brings its predecessor back. False where ECS says that this is going on, or over, already. */
export async function stopServiceDeployment(client: ECSClient, arn: string): Promise<boolean> {
  try {
    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
    return true;
  } catch (error) {
    if (error instanceof Error && endedErrors.includes(error.name)) return false;
    throw error;
  }
}
