import { failureOf } from '../core/aws-failure.ts';
import type { Release, Rollout } from '../core/deployment.ts';
import { isTroubled, type Look, newerIn } from '../core/look.ts';
import { firedAlarms } from './cloudwatch.ts';
import { describeService, ecsOf } from './ecs.ts';
import { describeServiceDeployment, findServiceDeployment, serviceNow } from './ecs-deployments.ts';
import { describeTaskDefinition } from './ecs-raw.ts';
import { stoppedTasks } from './ecs-tasks.ts';
import { assume } from './sts.ts';

/** Which rollout to look at. `followed`: it is somebody else's newer one that carries our images. */
export interface Question {
  execution: string;
  now: Date;
  release: Release;
  rollout: Rollout;
  followed: boolean;
  /** Where an earlier look has found it. */
  serviceDeploymentArn?: string | undefined;
}

/** Details only make a reason better: a role that may not read them still gets its verdict. */
const unlessDenied = <T>(asking: Promise<T[]>): Promise<T[]> =>
  asking.catch((error: unknown) => {
    if (failureOf(error, 'looking for details').name === 'PermissionError') return [];
    throw error;
  });

/**
 * Looks at a rollout: normally two calls, DescribeServices and DescribeServiceDeployments. In that order, for a rollback shows in the history
 * no later than in the service, so what the service says is never taken for somebody else's doing. More is asked only where there is trouble.
 */
export async function lookAt(question: Question): Promise<Look> {
  const { execution, now, release, rollout } = question;
  const client = await ecsOf(release.target, execution, now);
  const service = serviceNow(await describeService(client, release.target));
  const arn =
    question.serviceDeploymentArn ??
    (service.status === 'ACTIVE' ? await findServiceDeployment(client, release.target, rollout) : undefined);
  const look: Look = {
    now,
    deadline: new Date(release.deadline),
    rollBackOnFailure: release.rollBackOnFailure,
    images: release.images,
    rollout,
    followed: question.followed,
    service,
    serviceDeployment: arn === undefined ? undefined : await describeServiceDeployment(client, arn),
    newestImages: [],
    stoppedTasks: [],
    alarms: [],
  };
  return isTroubled(look) ? { ...look, ...(await detailsOf(question, look)) } : look;
}

async function detailsOf(
  { execution, now, release: { target }, rollout }: Question,
  look: Look,
): Promise<Pick<Look, 'newestImages' | 'stoppedTasks' | 'alarms'>> {
  if (look.service.status === 'MISSING') return { newestImages: [], stoppedTasks: [], alarms: [] };
  const client = await ecsOf(target, execution, now);
  const newer = newerIn(look)?.taskDefinition;
  const fired = look.serviceDeployment?.alarms?.triggered ?? [];
  const [newestImages, tasks, alarms] = await Promise.all([
    newer === undefined || newer === rollout.taskDefinition ? [] : unlessDenied(imagesOf(client, newer)),
    unlessDenied(stoppedTasks(client, target, rollout.deploymentId)),
    unlessDenied(assume(target, execution, now).then((credentials) => firedAlarms(target, credentials, fired))),
  ]);
  // An alarm that CloudWatch would not explain is still named.
  return { newestImages, stoppedTasks: tasks, alarms: alarms.length > 0 ? alarms : fired.map((name) => ({ name })) };
}

async function imagesOf(
  client: Parameters<typeof describeTaskDefinition>[0],
  taskDefinition: string,
): Promise<Look['newestImages']> {
  const described = await describeTaskDefinition(client, taskDefinition);
  return (described?.taskDefinition.containerDefinitions ?? []).map(({ name, image }) => ({
    name,
    image: String(image),
  }));
}
