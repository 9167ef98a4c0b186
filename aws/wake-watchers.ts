import type { Target } from '../core/model/release.ts';
import type { SleepingExecution } from '../core/waiting/sleeping-executions.ts';
import { isTableUnavailable, type TableUnavailable } from './dynamodb.ts';
import type { ClockAndLogger } from './lambda.ts';
import { wakeExecution } from './sfn-token.ts';
import { recordEventAndReadSleepers } from './wake-tokens.ts';

/** The ids of the deployments that an event reports as started and as failed. */
interface EventDeployments {
  started?: string | undefined;
  failed?: string | undefined;
}

/** Records an event of a service and wakes the executions that wait for an event. Returns the executions that it woke. */
export const wakeWatchers = async (
  target: Target,
  { started, failed }: EventDeployments,
  clock: Pick<ClockAndLogger, 'now' | 'logger'>,
): Promise<SleepingExecution[]> =>
  wakeSleepers(
    await recordEventAndReadSleepers(target, clock.now, started),
    ({ deployment }) => deployment === failed,
    clock,
  );

/**
 * Wakes executions, and returns the executions that it woke. `hasFailed`: whether the event reports the failure of the deployment that the execution
 * watches. If waking fails, only logs it, because an execution that is not woken continues after its own time-out.
 */
export async function wakeSleepers(
  sleepers: SleepingExecution[] | TableUnavailable,
  hasFailed: (sleeper: SleepingExecution) => boolean,
  { logger }: Pick<ClockAndLogger, 'logger'>,
): Promise<SleepingExecution[]> {
  if (isTableUnavailable(sleepers)) {
    logger.warn('The event could not be recorded', { why: sleepers.unavailable });
    return [];
  }
  const wake = async (sleeper: SleepingExecution): Promise<SleepingExecution[]> => {
    const failure = await wakeExecution(sleeper.token, hasFailed(sleeper));
    if (failure === undefined) return [sleeper];
    logger.warn('No execution was woken', { why: failure });
    return [];
  };
  return (await Promise.all(sleepers.map(wake))).flat();
}
