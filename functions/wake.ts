import * as z from 'zod';
import config from '#config';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { startExecutionUnlessExists } from '../aws/sfn.ts';
import { recordTaskEventAndReadSleepers } from '../aws/wake-task.ts';
import { wakeSleepers, wakeWatchers } from '../aws/wake-watchers.ts';
import { defaultStage, isRollbackExecution } from '../core/config/resource-names.ts';
import { parseWakeEvent, type WakeEvent } from '../core/events/wake-event.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { type TaskEvent, tryParseTaskEvent } from '../core/release-tasks/task-event.ts';
import { isWatcherOf, type SleepingExecution } from '../core/waiting/sleeping-executions.ts';

/**
 * Takes an event of a target account and wakes every execution that watches a service of the event. If waking fails, only logs it, because an execution that
 * is not woken continues after its own time-out. If ECS reports a failed deployment and no woken execution watches it, starts a rollback, which decides what
 * to do.
 */
export const handler = createLambdaHandler(
  (event) => ({
    event,
    task: tryParseTaskEvent(event, config, process.env.STAGE ?? defaultStage),
    parsed: parseWakeEvent(event, config, process.env.STAGE ?? defaultStage),
  }),
  async ({ event, task, parsed }, clockAndLogger): Promise<{ woken: number }> => {
    if (task !== undefined) return { woken: await wakeTaskWaiters(task, clockAndLogger) };
    const { targets, startedDeployment: started, failedDeployment } = parsed;
    const deployments = { started, failed: failedDeployment?.id };
    const woken = (
      await Promise.all(targets.map((target) => wakeWatchers(target, deployments, clockAndLogger)))
    ).flat();
    await startRollbackIfUnwatched(event, parsed, woken);
    return { woken: woken.length };
  },
);

/** Wakes the execution that waits for this task. */
async function wakeTaskWaiters({ id, targets }: TaskEvent, clock: ClockAndLogger): Promise<number> {
  const recorded = targets.map((target) => recordTaskEventAndReadSleepers(target, id, clock.now));
  const woken = (await Promise.all(recorded)).map((sleepers) => wakeSleepers(sleepers, () => false, clock));
  return (await Promise.all(woken)).flat().length;
}

/**
 * Starts a rollback unless a woken release watches the deployment, because a release decides about its own deployment. A woken rollback does not prevent
 * this start, because the revision that a person named may be bad. The execution's name ensures that an event that arrives twice starts only one rollback.
 * The name does not use the deployment's id: ECS can reuse an id after a rollback (docs/assumptions.md, rollback-id), and that deployment can fail too.
 */
async function startRollbackIfUnwatched(
  event: unknown,
  { targets, failedDeployment }: WakeEvent,
  woken: SleepingExecution[],
): Promise<void> {
  if (failedDeployment === undefined || targets.length === 0) return;
  if (woken.some((one) => !isRollbackExecution(one.arn) && isWatcherOf(one, failedDeployment.id))) return;
  const name = `failed-${failedDeployment.eventId.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`.slice(0, 80);
  await startExecutionUnlessExists(readRollbackMachineArn(), name, JSON.stringify(event));
}

const readRollbackMachineArn = (): string =>
  parseWithSchema(z.object({ ROLLBACK_MACHINE_ARN: z.string() }), process.env, { what: 'The environment of wake' })
    .ROLLBACK_MACHINE_ARN;
