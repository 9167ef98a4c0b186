import * as z from 'zod';
import config from '#config';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { planCommandOnRunningRevision } from '../aws/plan-command.ts';
import { startOrCheckTask } from '../aws/start-or-check-task.ts';
import { readTaskLogTail } from '../aws/task-log-tail.ts';
import { identifyTask } from '../aws/task-records.ts';
import { listPassableRoles } from '../core/config/passable-roles.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { areEventsForwarded, isLogTailShown } from '../core/config/targets.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import { type CommandProgress, type PlannedCommand, unfinishedCommandSchema } from '../core/model/command-progress.ts';
import {
  commandTaskName,
  createCommandEnd,
  createCommandFailure,
  selectPlannedCommand,
} from '../core/release-tasks/command.ts';
import { taskRecordKey } from '../core/release-tasks/record.ts';
import { planTaskWait } from '../core/release-tasks/wait.ts';
import { parseCommandRequest } from '../core/request/command.ts';
import { restrictionsForTarget } from '../core/task-definition/restrictions.ts';

const stage = process.env.STAGE ?? defaultStage;

const eventSchema = z.object({
  execution: z.string(),
  input: z.object({
    given: z.unknown(),
    /** The state's own result from its previous run. */
    command: unfinishedCommandSchema.optional(),
  }),
});
type Event = z.infer<typeof eventSchema>;

/**
 * State Run Command: its first run chooses the revision, and each further run starts the task or checks it. So a retry runs the same revision. A failure
 * that no retry can change is returned as a result.
 */
export const handler = createLambdaHandler(eventSchema.parse, async (event, clock): Promise<CommandProgress> => {
  const { command } = event.input;
  try {
    const progress = command === undefined ? await plan(event, clock) : await runOrCheck(event, command, clock);
    clock.logger.info(`The command: ${progress.outcome}`, { revision: progress.taskDefinition });
    return progress;
  } catch (error) {
    const failure = toFailure(error, 'run-command ran');
    if (!(failure instanceof Failure) || failure.name === 'SystemUnavailable') throw failure;
    return createCommandFailure(failure, command);
  }
});

async function plan({ execution, input }: Event, { now }: ClockAndLogger): Promise<CommandProgress> {
  const request = parseCommandRequest(input.given, config, stage);
  const { families } = restrictionsForTarget(config, request.target, stage);
  const woken = areEventsForwarded(config, request.target);
  const planned = await planCommandOnRunningRevision(request, { execution, families, woken, now });
  return { ...planned, outcome: 'planned' };
}

async function runOrCheck(
  { execution }: Event,
  command: PlannedCommand & { seenAt?: string | undefined },
  clock: ClockAndLogger,
): Promise<CommandProgress> {
  const { target, container, taskDefinition, timeoutMinutes } = command;
  const task = { container, command: command.command, timeoutMinutes };
  const identity = identifyTask({ execution, phase: 'manual', name: commandTaskName });
  const passRoles = listPassableRoles(config, target, stage);
  const one = { release: { target }, task, identity, revision: taskDefinition, passRoles };
  const state = await startOrCheckTask(one, command.seenAt, clock);
  if (state.is === 'ended') {
    const log = await readLog(command, state.task, { execution, now: clock.now });
    return createCommandEnd(command, state, log);
  }
  const { start, task: arn } = state;
  const seenAt = state.seen ? clock.now.toISOString() : command.seenAt;
  const key = command.woken ? taskRecordKey(target, identity.id) : undefined;
  const wait = planTaskWait({ since: new Date(command.since), now: clock.now, end: state.end, key, task: arn ?? '' });
  return { ...selectPlannedCommand(command), ...wait, outcome: 'going on', task: arn, start, seenAt };
}

const readLog = async (
  { target, container, taskDefinition }: PlannedCommand,
  task: string | undefined,
  session: { execution: string; now: Date },
) =>
  task !== undefined && isLogTailShown(config, target)
    ? readTaskLogTail(target, { container, revision: taskDefinition, task }, session)
    : undefined;
