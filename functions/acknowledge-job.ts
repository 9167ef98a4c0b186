import * as z from 'zod';
import { acknowledge } from '../aws/codepipeline.ts';
import { door } from '../aws/lambda.ts';
import { type Acknowledged, acknowledgedOf } from '../core/request/acknowledgement.ts';

const event = z.object({
  /** How often Step Functions has tried this state again; the tries before may have reached CodePipeline. */
  retries: z.int().default(0),
  input: z.object({ job: z.object({ id: z.string(), nonce: z.string().optional() }) }),
});

/** State Acknowledge Job: claims the pipeline's job for this execution, or finds that it is not ours to do. */
export const handler = door(event.parse, async ({ retries, input: { job } }, { logger }): Promise<Acknowledged> => {
  if (job.nonce === undefined) return { status: 'InProgress' };
  const answer = await acknowledge(job.id, job.nonce);
  const acknowledged = acknowledgedOf(answer, retries);
  logger.info(`AcknowledgeJob answered`, { answer, retries, acknowledged });
  return acknowledged;
});
