import config from '#config';
import { isUnavailable } from '../aws/dynamodb.ts';
import { door } from '../aws/lambda.ts';
import { endSleep } from '../aws/sfn-token.ts';
import { leaveWord } from '../aws/watch.ts';
import type { Target } from '../core/deployment.ts';
import { defaultStage } from '../core/names.ts';
import { newsIn } from '../core/wake.ts';

/** An event of a target account: wakes the execution that watches the service that it is about. What goes wrong here is made up for by that one's own time-out, so it is told and no more. */
export const handler = door(
  (event) => newsIn(event, config, process.env.STAGE ?? defaultStage),
  async ({ targets, begun }, { now, logger }): Promise<{ woken: number }> => {
    const wake = async (target: Target): Promise<boolean> => {
      const token = await leaveWord(target, now, begun);
      if (isUnavailable(token)) logger.warn('No word could be left', { why: token.unavailable });
      if (typeof token !== 'string') return false;
      const failure = await endSleep(token);
      if (failure !== undefined) logger.warn('Nobody was woken', { why: failure });
      return failure === undefined;
    };
    const woken = await Promise.all(targets.map(wake));
    return { woken: woken.filter(Boolean).length };
  },
);
