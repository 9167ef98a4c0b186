import type { ECSClient } from '@aws-sdk/client-ecs';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Release } from '../core/model/release.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import { rolloutDeadline } from '../core/rollout/bake-time.ts';
import { createLogTail, findFailedLogStream } from '../core/rollout/log-tail.ts';
import { findNewerDeployment, type ObservedService, type RolloutObservation } from '../core/rollout/observation.ts';
import { canSkipHistory, hasWarningSigns } from '../core/rollout/service-events.ts';
import { describeAlarms } from './cloudwatch.ts';
import { describeService, ecsClientFor } from './ecs.ts';
import { describeServiceDeployment, findServiceDeploymentArn, toObservedService } from './ecs-deployments.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { listStoppedTasks } from './ecs-tasks.ts';
import { readLastMessages } from './logs.ts';
import { assumeTargetRole } from './sts.ts';

/** Which rollout to look at. `followed`: it is somebody else's newer one that carries our images. */
export interface RolloutQuery {
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
const fallBackIfDenied = <T, Otherwise>(asking: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> =>
  asking.catch((error: unknown) => {
    if (toFailure(error, 'looking for details').name === 'PermissionError') return otherwise;
    throw error;
  });

/**
 * Looks at a rollout: normally with one call, DescribeServices, and a second where there are alarms to watch. The history is asked where
 * the service alone does not tell enough (core/rollout/service-events.ts), and after it: a rollback shows in the history no later than in the service, so
 * what the service says is never taken for somebody else's doing. More is asked only where there is trouble.
 */
export async function observeRollout(question: RolloutQuery): Promise<RolloutObservation> {
  const { execution, now, release } = question;
  const client = await ecsClientFor(release.target, execution, now);
  const service = toObservedService(await describeService(client, release.target));
  const fired = (await readAlarms(question, question.alarms ?? [])).filter(({ state }) => state === 'ALARM');
  const glance = { ...initialObservation(question), service, fired };
  if (question.for === 'verdict' && canSkipHistory(glance)) return glance;
  const look = { ...glance, serviceDeployment: await findHistoryEntry(client, question, service) };
  return question.for === 'verdict' && hasWarningSigns(look)
    ? { ...look, ...(await readFailureDetails(question, look)) }
    : look;
}

const initialObservation = ({ now, release, rollout, followed, stableAt, heard = false }: RolloutQuery) => ({
  now,
  deadline: rolloutDeadline(new Date(release.deadline), release.bakeMinutes, stableAt),
  rollBackOnFailure: release.rollBackOnFailure,
  images: release.images,
  rollout,
  followed,
  stoppedTasks: [],
  alarms: [],
  bakeMinutes: release.bakeMinutes,
  stableAt,
  ear: release.woken ? { key: taskTokensKey(release.target), woken: heard } : undefined,
});

/** Our entry in ECS's history, by its ARN where an earlier look has found that. */
async function findHistoryEntry(
  client: ECSClient,
  { serviceDeploymentArn, release, rollout }: RolloutQuery,
  service: ObservedService,
) {
  const find = async () =>
    service.status === 'ACTIVE' ? findServiceDeploymentArn(client, release.target, rollout) : undefined;
  const arn = serviceDeploymentArn ?? (await find());
  return arn === undefined ? undefined : describeServiceDeployment(client, arn);
}

const readAlarms = async ({ execution, now, release: { target } }: RolloutQuery, names: string[]) =>
  names.length === 0
    ? []
    : fallBackIfDenied(describeAlarms(target, await assumeTargetRole(target, execution, now), names), []);

async function readFailureDetails(
  question: RolloutQuery,
  look: RolloutObservation,
): Promise<Pick<RolloutObservation, 'newestImages' | 'stoppedTasks' | 'alarms'>> {
  const { execution, now, release, rollout } = question;
  const { target } = release;
  if (look.service.status === 'MISSING') return { stoppedTasks: [], alarms: [] };
  const client = await ecsClientFor(target, execution, now);
  const newer = findNewerDeployment(look)?.taskDefinition;
  const fired = look.serviceDeployment?.alarms?.triggered ?? [];
  const [newestImages, tasks, alarms] = await Promise.all([
    newer === undefined || newer === rollout.taskDefinition
      ? undefined
      : fallBackIfDenied(readContainerImages(client, newer), undefined),
    fallBackIfDenied(listStoppedTasks(client, target, rollout.deploymentId), []),
    readAlarms(question, fired),
  ]);
  // An alarm that CloudWatch would not explain is still named.
  return { newestImages, stoppedTasks: tasks, alarms: alarms.length > 0 ? alarms : fired.map((name) => ({ name })) };
}

/** The same look, with the end of the log of the container that failed last. Where that cannot be read, for whatever reason, without it. */
export async function withLogTail(
  { execution, now, release: { target }, rollout }: RolloutQuery,
  look: RolloutObservation,
): Promise<RolloutObservation> {
  try {
    const client = await ecsClientFor(target, execution, now);
    const described =
      look.stoppedTasks.length === 0 ? undefined : await describeTaskDefinition(client, rollout.taskDefinition);
    const stream = findFailedLogStream(look.stoppedTasks, described?.taskDefinition.containerDefinitions ?? []);
    if (stream === undefined) return look;
    const credentials = await assumeTargetRole(target, execution, now);
    return {
      ...look,
      log: createLogTail(stream, await readLastMessages(stream, stream.region ?? target.region, credentials)),
    };
  } catch {
    return look;
  }
}

async function readContainerImages(
  client: Parameters<typeof describeTaskDefinition>[0],
  taskDefinition: string,
): Promise<RolloutObservation['newestImages']> {
  const described = await describeTaskDefinition(client, taskDefinition);
  return described?.taskDefinition.containerDefinitions.map(({ name, image }) => ({ name, image: String(image) }));
}
