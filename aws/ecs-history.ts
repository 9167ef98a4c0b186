import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  ServiceNotFoundException,
  type ServiceRevision,
  UnsupportedFeatureException,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { PastDeployment } from '../core/rollback/deployment-history.ts';

/** With the newest deployment this makes 20 revisions, the most that one call describes (botocore ecs DescribeServiceRevisions). ECS keeps 90 days of deployments, and few services roll back 19 steps. */
const maxSuccesses = 19;

/** Returns a service's deployments, newest first; none if ECS keeps no history of the service. */
async function listDeployments(
  client: ECSClient,
  { cluster, service }: Target,
  filter: { status?: ServiceDeploymentStatus[]; maxResults: number },
): Promise<ServiceDeploymentBrief[]> {
  const command = new ListServiceDeploymentsCommand({ cluster, service, ...filter });
  const answer = await client.send(command).catch((error: unknown) => {
    if (error instanceof UnsupportedFeatureException || error instanceof ServiceNotFoundException) return undefined;
    throw error;
  });
  const briefs = answer?.serviceDeployments ?? [];
  return briefs.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

function toPastDeployments(brief: ServiceDeploymentBrief, revisions: ServiceRevision[]): PastDeployment[] {
  const { serviceDeploymentArn: arn, status, createdAt, finishedAt, targetServiceRevisionArn } = brief;
  const revision = revisions.find(({ serviceRevisionArn }) => serviceRevisionArn === targetServiceRevisionArn);
  if (!arn || !status || !createdAt || !revision?.taskDefinition) return [];
  const images = (revision.containerImages ?? []).map(({ containerName, image, imageDigest }) => ({
    name: containerName ?? '',
    image: image ?? '',
    digest: imageDigest,
  }));
  return [{ arn, status, createdAt, finishedAt, taskDefinition: revision.taskDefinition, images }];
}

/** Reads ECS's own history of a service: its newest deployment, and the newest successful ones with their revisions and image digests. */
export async function readDeploymentHistory(
  client: ECSClient,
  target: Target,
): Promise<{ newest?: PastDeployment | undefined; successes: PastDeployment[] }> {
  const [newest, successes] = await Promise.all([
    listDeployments(client, target, { maxResults: 1 }),
    listDeployments(client, target, { status: ['SUCCESSFUL'], maxResults: maxSuccesses }),
  ]);
  const arns = new Set(
    [...newest, ...successes].flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []),
  );
  if (arns.size === 0) return { successes: [] };
  const answer = await client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }));
  const revisions = answer.serviceRevisions ?? [];
  const [first] = newest.flatMap((brief) => toPastDeployments(brief, revisions));
  return { newest: first, successes: successes.flatMap((brief) => toPastDeployments(brief, revisions)) };
}
