import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceDeployment as Shown,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { boundForeignText } from '../core/parsing/display-text.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';

const boundOptionalText = (text: string | undefined): string | undefined => text && boundForeignText(text);

const toCircuitBreaker = ({ deploymentCircuitBreaker: given }: Shown): ServiceDeployment['circuitBreaker'] =>
  given && { status: given.status, failureCount: given.failureCount ?? 0, threshold: given.threshold ?? 0 };

const toServiceDeployment = (given: Shown): ServiceDeployment => ({
  arn: given.serviceDeploymentArn ?? '',
  status: given.status ?? '',
  statusReason: boundOptionalText(given.statusReason),
  finishedAt: given.finishedAt ?? given.stoppedAt,
  lifecycleStage: given.lifecycleStage,
  hooksAwaitingAction: (given.lifecycleHookDetails ?? [])
    .filter(({ status }) => status === 'AWAITING_ACTION')
    .map(({ hookId, targetArn }) => hookId ?? targetArn ?? 'without a name'),
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
