import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Target } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import type { PastDeployment } from '../core/rollback/deployment-history.ts';
import { hasPulledImage } from '../core/rollback/idle.ts';
import { listServiceDeployments } from './list-service-deployments.ts';

/** The maximum number of items that one call describes (botocore ecs DescribeServiceRevisions, DescribeServiceDeployments). */
const maxPerCall = 20;

/** Splits a list into lists of at most as many items as one call accepts. */
const splitForCalls = (arns: string[]): string[][] =>
  Array.from({ length: Math.ceil(arns.length / maxPerCall) }, (_, at) =>
    arns.slice(at * maxPerCall, (at + 1) * maxPerCall),
  );

async function describeRevisions(client: ECSClient, briefs: ServiceDeploymentBrief[]): Promise<ServiceRevision[]> {
  const arns = [...new Set(briefs.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []))];
  const answers = await Promise.all(
    splitForCalls(arns).map((serviceRevisionArns) =>
      client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })),
    ),
  );
  return answers.flatMap(({ serviceRevisions = [] }) => serviceRevisions);
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

/** Reads the desired number of tasks of each deployment, as ECS reports it now. Reads only deployments for which no pulled image is known. */
async function readWantedTasks(client: ECSClient, past: PastDeployment[]): Promise<Map<string, number>> {
  const unproven = past.filter((one) => one.status === 'SUCCESSFUL' && !hasPulledImage(one));
  const answers = await Promise.all(
    splitForCalls(unproven.map(({ arn }) => arn)).map((serviceDeploymentArns) =>
      client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns })),
    ),
  );
  return new Map(
    answers
      .flatMap(({ serviceDeployments = [] }) => serviceDeployments)
      .flatMap(({ serviceDeploymentArn: arn, targetServiceRevision: revision }) =>
        arn === undefined || revision?.requestedTaskCount === undefined
          ? []
          : [[arn, Math.max(revision.requestedTaskCount, revision.runningTaskCount ?? 0)] as const],
      ),
  );
}

/** The largest difference between ECS's clock and ours, in ms. */
const maxSkewMs = 5000;

/**
 * Returns the deployments of a revision that began after `since`, from ECS's history, newest first. A deployment's id ends with the same number as
 * its service revision's ARN (terraform-provider-aws, `findPrimaryDeploymentARN`).
 */
export async function findRolloutsOfRevision(
  client: ECSClient,
  target: Target,
  { taskDefinition, since }: { taskDefinition: string; since: Date },
): Promise<Rollout[]> {
  const briefs = await listServiceDeployments(client, target, {
    createdAt: { after: new Date(since.getTime() - maxSkewMs) },
  });
  const revisions = await describeRevisions(client, briefs);
  const ours = new Set(
    revisions.flatMap((one) => (one.taskDefinition === taskDefinition ? [one.serviceRevisionArn] : [])),
  );
  return briefs
    .filter(({ targetServiceRevisionArn }) => ours.has(targetServiceRevisionArn))
    .flatMap(({ createdAt, targetServiceRevisionArn = '' }) =>
      createdAt === undefined
        ? []
        : {
            deploymentId: `ecs-svc/${targetServiceRevisionArn.split('/').at(-1)}`,
            taskDefinition,
            startedAt: createdAt.toISOString(),
          },
    )
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** ECS's own history of a service, newest first: the newest deployments and the newest successful ones, with their revisions and image digests. */
export async function readDeploymentHistory(client: ECSClient, target: Target): Promise<PastDeployment[]> {
  const all = await listServiceDeployments(client, target, {});
  const newest = all.slice(0, maxPerCall);
  const successful = all.filter(({ status }) => status === 'SUCCESSFUL').slice(0, maxPerCall);
  const briefs = new Map([...newest, ...successful].map((brief) => [brief.serviceDeploymentArn, brief]));
  const revisions = await describeRevisions(client, [...briefs.values()]);
  const past = [...briefs.values()].flatMap((brief) => toPastDeployments(brief, revisions));
  const tasks = await readWantedTasks(client, past);
  return past
    .map((one) => ({ ...one, tasks: tasks.get(one.arn) }))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}
