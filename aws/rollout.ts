import type { ECSClient } from '@aws-sdk/client-ecs';
import { failureOf } from '../core/errors/aws-failure.ts';
import type { Release } from '../core/model/release.ts';
import type { Rollout } from '../core/model/states.ts';
import { watchKey } from '../core/model/table-keys.ts';
import { deadlineOf } from '../core/rollout/bake-time.ts';
import { logStreamOf, tailOf } from '../core/rollout/log-tail.ts';
import { type Look, newerIn, type ServiceNow } from '../core/rollout/observation.ts';
import { isTroubled, tellsEnough } from '../core/rollout/service-events.ts';
import { describeAlarms } from './cloudwatch.ts';
import { describeService, ecsOf } from './ecs.ts';
import { describeServiceDeployment, findServiceDeployment, serviceNow } from './ecs-deployments.ts';
import { describeTaskDefinition } from './ecs-raw.ts';
import { stoppedTasks } from './ecs-tasks.ts';
import { lastMessages } from './logs.ts';
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
  /** Alarms to watch. */
  alarms?: string[] | undefined;
  /** Since when an earlier look has seen it stable. */
  stableAt?: Date | undefined;
  /** What brought this look about was news of the service. */
  heard?: boolean | undefined;
  /** A verdict needs the history only where the service does not tell enough, and then what explains it. A rollback follows from the history. */
  for: 'verdict' | 'rollback';
}

/** Details only make a reason better: a role that may not read them still gets its verdict. */
const unlessDenied = <T, Otherwise>(asking: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> =>
  asking.catch((error: unknown) => {
    if (failureOf(error, 'looking for details').name === 'PermissionError') return otherwise;
    throw error;
  });

/**
 * Looks at a rollout: normally with one call, DescribeServices, and a second where there are alarms to watch. The history is asked where
 * the service alone does not tell enough (core/rollout/service-events.ts), and after it: a rollback shows in the history no later than in the service, so
 * what the service says is never taken for somebody else's doing. More is asked only where there is trouble.
 */
export async function lookAt(question: Question): Promise<Look> {
  const { execution, now, release } = question;
  const client = await ecsOf(release.target, execution, now);
  const service = serviceNow(await describeService(client, release.target));
  const fired = (await alarmsOf(question, question.alarms ?? [])).filter(({ state }) => state === 'ALARM');
  const glance = { ...nothingYet(question), service, fired };
  if (question.for === 'verdict' && tellsEnough(glance)) return glance;
  const look = { ...glance, serviceDeployment: await historyOf(client, question, service) };
  return question.for === 'verdict' && isTroubled(look) ? { ...look, ...(await detailsOf(question, look)) } : look;
}

const nothingYet = ({ now, release, rollout, followed, stableAt, heard = false }: Question) => ({
  now,
  deadline: deadlineOf(new Date(release.deadline), release.bakeMinutes, stableAt),
  rollBackOnFailure: release.rollBackOnFailure,
  images: release.images,
  rollout,
  followed,
  stoppedTasks: [],
  alarms: [],
  bakeMinutes: release.bakeMinutes,
  stableAt,
  ear: release.woken ? { key: watchKey(release.target), woken: heard } : undefined,
});

/** Our entry in ECS's history, by its ARN where an earlier look has found that. */
async function historyOf(client: ECSClient, { serviceDeploymentArn, release, rollout }: Question, service: ServiceNow) {
  const find = async () =>
    service.status === 'ACTIVE' ? findServiceDeployment(client, release.target, rollout) : undefined;
  const arn = serviceDeploymentArn ?? (await find());
  return arn === undefined ? undefined : describeServiceDeployment(client, arn);
}

const alarmsOf = async ({ execution, now, release: { target } }: Question, names: string[]) =>
  names.length === 0 ? [] : unlessDenied(describeAlarms(target, await assume(target, execution, now), names), []);

async function detailsOf(
  question: Question,
  look: Look,
): Promise<Pick<Look, 'newestImages' | 'stoppedTasks' | 'alarms'>> {
  const { execution, now, release, rollout } = question;
  const { target } = release;
  if (look.service.status === 'MISSING') return { stoppedTasks: [], alarms: [] };
  const client = await ecsOf(target, execution, now);
  const newer = newerIn(look)?.taskDefinition;
  const fired = look.serviceDeployment?.alarms?.triggered ?? [];
  const [newestImages, tasks, alarms] = await Promise.all([
    newer === undefined || newer === rollout.taskDefinition
      ? undefined
      : unlessDenied(imagesOf(client, newer), undefined),
    unlessDenied(stoppedTasks(client, target, rollout.deploymentId), []),
    alarmsOf(question, fired),
  ]);
  // An alarm that CloudWatch would not explain is still named.
  return { newestImages, stoppedTasks: tasks, alarms: alarms.length > 0 ? alarms : fired.map((name) => ({ name })) };
}

/** The same look, with the end of the log of the container that failed last. Where that cannot be read, for whatever reason, without it. */
export async function lookCloser(
  { execution, now, release: { target }, rollout }: Question,
  look: Look,
): Promise<Look> {
  try {
    const client = await ecsOf(target, execution, now);
    const described =
      look.stoppedTasks.length === 0 ? undefined : await describeTaskDefinition(client, rollout.taskDefinition);
    const stream = logStreamOf(look.stoppedTasks, described?.taskDefinition.containerDefinitions ?? []);
    if (stream === undefined) return look;
    const credentials = await assume(target, execution, now);
    return { ...look, log: tailOf(stream, await lastMessages(stream, stream.region ?? target.region, credentials)) };
  } catch {
    return look;
  }
}

async function imagesOf(
  client: Parameters<typeof describeTaskDefinition>[0],
  taskDefinition: string,
): Promise<Look['newestImages']> {
  const described = await describeTaskDefinition(client, taskDefinition);
  return described?.taskDefinition.containerDefinitions.map(({ name, image }) => ({ name, image: String(image) }));
}
