import config from '#config';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { wakeExecution } from '../aws/sfn-token.ts';
import { recordEventAndReadTokens } from '../aws/wake-tokens.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { parseWakeEvent } from '../core/events/wake-event.ts';
import type { Target } from '../core/model/release.ts';

/**
 * Takes an event of a target account and wakes every execution that watches a service of the event. A failure is only logged:
 * an execution that is not woken continues after its own time-out.
 */
export const handler = createLambdaHandler(
  (event) => parseWakeEvent(event, config, process.env.STAGE ?? defaultStage),
  async ({ targets, startedDeployment }, { now, logger }): Promise<{ woken: number }> => {
    const wake = async (token: string): Promise<boolean> => {
      const failure = await wakeExecution(token);
      if (failure !== undefined) logger.warn('No execution was woken', { why: failure });
      return failure === undefined;
    };
    const wakeWatchers = async (target: Target): Promise<boolean[]> => {
      const tokens = await recordEventAndReadTokens(target, now, startedDeployment);
      if (!isTableUnavailable(tokens)) return Promise.all(tokens.map(wake));
      logger.warn('The event could not be recorded', { why: tokens.unavailable });
      return [];
    };
    const woken = (await Promise.all(targets.map(wakeWatchers))).flat();
    return { woken: woken.filter(Boolean).length };
  },
);
