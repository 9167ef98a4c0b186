import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Release } from '../core/model/release.ts';
import type { StageProgress } from '../core/model/stage-progress.ts';
import type { Rollout } from '../core/model/state-data.ts';
import { taskTokensKey } from '../core/model/table-keys.ts';
import { calculateRolloutDeadline } from '../core/rollout/bake-time.ts';
import { needsTaskDefinition, sortContainersByDefinition } from '../core/rollout/failed-container.ts';
import { findNewerDeployment, type RolloutObservation } from '../core/rollout/observation.ts';
import type { StoppedTask } from '../core/rollout/observed-task.ts';
import { suspendDeadline } from '../core/rollout/pause.ts';
import { canSkipHistory, hasWarningSigns } from '../core/rollout/service-events.ts';
import { countTasksToRead } from '../core/rollout/tasks-to-read.ts';
import { trackStages } from '../core/rollout/track-stages.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { describeAlarms } from './cloudwatch.ts';
import { createTargetEcsClient, describeService } from './ecs.ts';
import { toObservedService } from './ecs-deployments.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { listStoppedTasks } from './ecs-tasks.ts';
import { fallBackIfDenied } from './fall-back-if-denied.ts';
import { readNewestRevision } from './newest-revision.ts';
import { readRolloutHistory } from './rollout-history.ts';
import { assumeTargetRole } from './sts.ts';

/** The rollout to observe. `followed`: whether it is somebody else's newer rollout with our images. */
export interface RolloutQuery {
  session: TargetSession;
  now: Date;
  release: Release;
  rollout: Rollout;
  followed: boolean;
  /** Present if an earlier check has found the history entry. */
  serviceDeploymentArn?: string | undefined;
  /** Alarms to watch. */
  alarms?: string[] | undefined;
  /** When an earlier check found the rollout stable, and the desired number of tasks at that time. */
  stableAt?: Date | undefined;
  desiredAtStable?: number | undefined;
  /** When an earlier check last found that a lifecycle hook waits for a person. */
  pausedAt?: Date | undefined;
  /** When the execution began, and whether a job still waits for its result or already has it. Without `job`, a person started the execution. */
  executionStart?: Date | undefined;
  job?: 'waits' | 'has a result' | undefined;
  /** The progress of the deployment at an earlier check. */
  progress?: StageProgress | undefined;
  /** When an earlier check read ECS's history. */
  historyReadAt?: Date | undefined;
  /** Whether an event of the service started this check. */
  wasWoken?: boolean | undefined;
  /** A verdict needs the history and the explanatory details only if DescribeServices does not show enough. A rollback always needs the history. */
  for: 'verdict' | 'rollback';
}

/**
 * Observes a rollout: normally with one call, DescribeServices, and a second one if there are alarms to watch. If the service alone does not show
 * enough (core/rollout/service-events.ts), reads the history after the service. In that order, a rollback by ECS that the service shows is also in
 * the history, so it is not mistaken for another deployer's change. Reads other data only if there is a problem.
 */
export async function observeRollout(question: RolloutQuery): Promise<RolloutObservation> {
  const { session, now, release } = question;
  const client = await createTargetEcsClient(release.target, session, now);
  const service = toObservedService(await describeService(client, release.target));
  const fired = (await readAlarms(question, question.alarms ?? [])).filter(({ state }) => state === 'ALARM');
  const glance = { ...initialObservation(question), service, fired };
  if (question.for === 'verdict' && canSkipHistory(glance)) return glance;
  const read = { ...glance, ...(await readRolloutHistory(client, question, service)) };
  const observation = { ...suspendDeadline(read), progress: trackStages(read, question.progress) };
  return question.for === 'verdict' && hasWarningSigns(observation)
    ? { ...observation, ...(await readFailureDetails(question, observation)) }
    : observation;
}

const initialObservation = ({ now, release, rollout, followed, wasWoken = false, ...earlier }: RolloutQuery) => ({
  now,
  deadline: calculateRolloutDeadline(new Date(release.deadline), release.bakeMinutes, earlier.stableAt),
  rollBackOnFailure: release.rollBackOnFailure,
  images: release.images,
  rollout,
  followed,
  stoppedTasks: [],
  alarms: [],
  bakeMinutes: release.bakeMinutes,
  stableAt: earlier.stableAt,
  desiredAtStable: earlier.desiredAtStable,
  pausedAt: earlier.pausedAt,
  executionStart: earlier.executionStart,
  job: earlier.job,
  progress: earlier.progress,
  historyReadAt: earlier.historyReadAt,
  subscription: release.woken
    ? { key: taskTokensKey(release.target), deployment: rollout.deploymentId, woken: wasWoken }
    : undefined,
});

const readAlarms = async ({ session, now, release: { target } }: RolloutQuery, names: string[]) =>
  names.length === 0
    ? []
    : fallBackIfDenied(describeAlarms(target, await assumeTargetRole(target, session, now), names), []);

async function readFailureDetails(
  question: RolloutQuery,
  observation: RolloutObservation,
): Promise<Partial<RolloutObservation>> {
  const { session, now, release, rollout } = question;
  const { target } = release;
  if (observation.service.status === 'MISSING') return { stoppedTasks: [], alarms: [] };
  const client = await createTargetEcsClient(target, session, now);
  const newer = findNewerDeployment(observation)?.taskDefinition;
  const fired = observation.serviceDeployment?.alarms?.triggered ?? [];
  const [newest, tasks, alarms] = await Promise.all([
    newer === undefined || newer === rollout.taskDefinition
      ? undefined
      : readNewestRevision(client, { taskDefinition: newer }),
    fallBackIfDenied(readStoppedTasks(client, question, observation), []),
    readAlarms(question, fired),
  ]);
  // The result still names an alarm that CloudWatch does not describe.
  return { ...newest, stoppedTasks: tasks, alarms: alarms.length > 0 ? alarms : fired.map((name) => ({ name })) };
}

/**
 * Returns our stopped tasks. If several containers of a task failed, adds the order of the containers and which of them are essential, from the task
 * definition.
 */
async function readStoppedTasks(
  client: ECSClient,
  { release, rollout }: RolloutQuery,
  observation: RolloutObservation,
): Promise<StoppedTask[]> {
  const { deploymentId, taskDefinition } = rollout;
  const { loadBalanced } = observation.service;
  const enough = countTasksToRead(observation);
  const { tasks } = await listStoppedTasks(client, release.target, { deploymentId, enough, loadBalanced });
  if (!needsTaskDefinition(tasks)) return tasks;
  const described = await fallBackIfDenied(describeTaskDefinition(client, taskDefinition), undefined);
  const containers = described?.taskDefinition.containerDefinitions;
  return containers === undefined ? tasks : tasks.map((task) => sortContainersByDefinition(task, containers));
}
