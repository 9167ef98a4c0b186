import type { UnconfirmedJob } from '../core/request/job.ts';
import { acknowledgeJob } from './codepipeline.ts';
import type { Logger } from './lambda.ts';

/**
 * Acknowledges the job before another poll can give it a new nonce. If this fails, the execution (state Acknowledge Job) or the next poll acknowledges the
 * job.
 */
export async function acknowledgeOfferedJob({ id, nonce }: UnconfirmedJob, logger: Logger): Promise<void> {
  if (nonce === undefined) return;
  const answer = await acknowledgeJob(id, nonce).catch((error: unknown) => ({ failed: String(error) }));
  logger.info(`AcknowledgeJob answered for the job ${id}`, { answer });
}
