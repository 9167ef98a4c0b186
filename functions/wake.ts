import config from '#config';
import { isTableUnavailable } from '../aws/dynamodb.ts';
import { lambdaHandler } from '../aws/lambda.ts';
import { wakeExecution } from '../aws/sfn-token.ts';
import { recordEventAndReadTokens } from '../aws/wake-tokens.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { parseWakeEvent } from '../core/events/wake-event.ts';
import type { Target } from '../core/model/release.ts';
/** An event of a target account: wakes every execution that watches the service that it is about. What goes wrong here is made up for by that one's own time-out, so it is told and no more. */
export const handler = lambdaHandler(
  (event) => parseWakeEvent(event, config, process.env.STAGE ?? defaultStage),
  async ({ targets, begun }, { now, logger }): Promise<{ woken: number }> => {
    const wake = async (token: string): Promise<boolean> => {
      const failure = await wakeExecution(token);
      if (failure !== undefined) logger.warn('Nobody was woken', { why: failure });
      return failure === undefined;
    };
    const tell = async (target: Target): Promise<boolean[]> => {
      const tokens = await recordEventAndReadTokens(target, now, begun);
      if (!isTableUnavailable(tokens)) return Promise.all(tokens.map(wake));
      logger.warn('No word could be left', { why: tokens.unavailable });
      return [];
    };
    const woken = (await Promise.all(targets.map(tell))).flat();
    return { woken: woken.filter(Boolean).length };
  },
);
