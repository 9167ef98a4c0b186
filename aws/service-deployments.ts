import {
  type DeploymentLifecycleHookDetail,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceDeploymentBrief,
  type ServiceDeployment as Shown,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { shortenForeignText } from '../core/parsing/display-text.ts';
import { isRevisionOfRollout } from '../core/rollout/deployment-identity.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import { listServiceDeployments } from './list-service-deployments.ts';

const boundOptionalText = (text: string | undefined): string | undefined => text && shortenForeignText(text);

const toCircuitBreaker = ({ deploymentCircuitBreaker: given }: Shown): ServiceDeployment['circuitBreaker'] =>
  given && { status: given.status, failureCount: given.failureCount ?? 0, threshold: given.threshold ?? 0 };

/** A hook without a type calls a function (botocore ecs `DeploymentLifecycleHook`). Only a hook for a person waits for an action. */
const toLifecycleHook = (given: DeploymentLifecycleHookDetail): LifecycleHook => ({
  id: shortenForeignText(given.hookId ?? given.targetArn ?? 'without an id'),
  waitsFor: given.targetType === 'PAUSE' || given.status === 'AWAITING_ACTION' ? 'person' : 'function',
  status: given.status ?? '',
  expiresAt: given.expiresAt?.toISOString(),
  timeoutAction: given.timeoutAction,
});

const sumOldTraffic = ({ sourceServiceRevisions = [] }: Shown): number =>
  sourceServiceRevisions.reduce((sum, one) => sum + (one.requestedProductionTrafficWeight ?? 0), 0);

const toServiceDeployment = (given: Shown): ServiceDeployment => ({
  arn: given.serviceDeploymentArn ?? '',
  revisionArn: given.targetServiceRevision?.arn,
  status: given.status ?? '',
  statusReason: boundOptionalText(given.statusReason),
  finishedAt: given.finishedAt ?? given.stoppedAt,
  lifecycleStage: given.lifecycleStage,
  hooks: (given.lifecycleHookDetails ?? []).map(toLifecycleHook),
  strategy: given.deploymentConfiguration,
  production: given.targetServiceRevision?.requestedProductionTrafficWeight,
  test: given.targetServiceRevision?.requestedTestTrafficWeight,
  oldProduction: sumOldTraffic(given),
  rollbackReason: boundOptionalText(given.rollback?.reason),
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

/** The largest difference between the start of a deployment and that of its history entry, in ms. A larger value could match an earlier deployment of the same revision. */
const maxSkewMs = 10_000;

/**
 * Returns the ARN of a deployment's history entry, because `service.deployments` does not contain this ARN. Chooses the entry whose target revision has the
 * deployment's number. If no entry has it, chooses the entry with our task definition whose start is nearest to ours. Undefined if ECS lists no such entry,
 * or does not list it yet.
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

/** The maximum number of revisions that one call describes (botocore ecs DescribeServiceRevisions). */
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
