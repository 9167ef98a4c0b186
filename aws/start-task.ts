import { Failure } from '../core/errors/failure.ts';
import type { Release } from '../core/model/release.ts';
import type { ReleaseTask } from '../core/model/release-task.ts';
import { formatStartedBy, type TaskIdentity } from '../core/release-tasks/record.ts';
import { createRunTaskInput } from '../core/release-tasks/run-task-input.ts';
import { calculateIntentWaitMs } from '../core/release-tasks/wait.ts';
import { familyOfRevision } from '../core/task-definition/raw.ts';
import { createTargetEcsClient, createTargetEcsClientWithoutRetries, describeService } from './ecs.ts';
import { findTaskStartedBy, type RunTaskAnswer, runTask } from './ecs-release-tasks.ts';
import type { ClockAndLogger } from './lambda.ts';
import { updateTaskRecord } from './task-records.ts';

/** One task of a release, or of a command, and the revision that it runs. */
export interface TaskToRun {
  release: Pick<Release, 'target'>;
  task: Pick<ReleaseTask, 'command' | 'container' | 'cpu' | 'memory' | 'timeoutMinutes'>;
  identity: TaskIdentity;
  revision: string;
  /** The names and patterns of the roles that the configuration allows Gantry to pass to tasks. */
  passRoles: string[];
}

/** Starts a task whose intent this try has recorded, and records ECS's answer. */
export async function startTask(one: TaskToRun, { now }: ClockAndLogger): Promise<RunTaskAnswer> {
  const { release, task, identity, revision } = one;
  const { target } = release;
  const session = createSession(one);
  const service = await describeService(await createTargetEcsClient(target, session, now), target);
  if (typeof service === 'string')
    throw new Failure('RevisionOutOfSync', `The service ${target.service} has been deleted since it was checked.`);
  const input = createRunTaskInput(task, identity, { cluster: target.cluster, taskDefinition: revision, service });
  const answer = await runTask(await createTargetEcsClientWithoutRetries(target, session, now), input, target);
  if ('task' in answer) await updateTaskRecord(target, identity.id, answer);
  return answer;
}

/**
 * Continues a start that an earlier try began. ECS may have started the task although its answer was lost, so this function first looks for the task. If no
 * task exists, it calls RunTask again with the same client token.
 */
export async function findOrStartTask(
  one: TaskToRun,
  { intendedAt }: { intendedAt: string },
  clock: ClockAndLogger,
): Promise<RunTaskAnswer> {
  const { release, identity, revision } = one;
  const { target } = release;
  await clock.wait(calculateIntentWaitMs(intendedAt, clock.now));
  const now = clock.readTime();
  const client = await createTargetEcsClient(target, createSession(one), now);
  const search = { family: familyOfRevision(revision), startedBy: formatStartedBy(identity) };
  const found = await findTaskStartedBy(client, target, search);
  if (found === undefined) return startTask(one, clock);
  clock.logger.info('An earlier try has started the task', { task: found });
  await updateTaskRecord(target, identity.id, { task: found });
  return { task: found };
}

const createSession = ({ identity: { execution }, revision, passRoles }: TaskToRun) => ({
  execution,
  access: 'start task' as const,
  family: familyOfRevision(revision),
  passRoles,
});
