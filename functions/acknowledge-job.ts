import * as z from 'zod';
import { acknowledge } from '../aws/codepipeline.ts';
import { door } from '../aws/lambda.ts';
import { type Acknowledged, acknowledgedOf } from '../core/acknowledged.ts';

const event = z.object({ input: z.object({ job: z.object({ id: z.string(), nonce: z.string().optional() }) }) });

/** State Acknowledge Job: claims the pipeline's job for this execution, or finds that it is not ours to do. */
export const handler = door(event.parse, async ({ input: { job } }, { logger }): Promise<Acknowledged> => {
  if (job.nonce === undefined) return { status: 'InProgress' };
  const answer = await acknowledge(job.id, job.nonce);
  const acknowledged = acknowledgedOf(answer);
  logger.info(`AcknowledgeJob answered`, { answer, acknowledged });
  return acknowledged;
});
