import { z } from 'zod';
import type { ProbeCredentials } from '../../aws/probe/client.ts';
import { callAws, type ProbeContext, pollUntilFound, settleCall, sleepUnlessInterrupted } from './context.ts';
import { ensureExecution, readActionResult } from './executions.ts';
import type { CallOutcome } from './finding.ts';
import { judgeJob, type SeenJob } from './judge-job.ts';
import { defineProbe } from './probe.ts';

const jobSchema = z.object({
  id: z.string(),
  nonce: z.string(),
  data: z.object({
    inputArtifacts: z.array(
      z.object({ location: z.object({ s3Location: z.object({ bucketName: z.string(), objectKey: z.string() }) }) }),
    ),
    artifactCredentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() }),
    encryptionKey: z.unknown(),
  }),
});
const jobsSchema = z.object({ jobs: z.array(jobSchema).default([]) });
type OfferedJob = z.infer<typeof jobSchema>;

/** Returns the job with this id, or any, if a poll offers it. */
async function poll(context: ProbeContext, id?: string): Promise<OfferedJob | undefined> {
  const asked = { actionTypeId: context.names.actionType, maxBatchSize: 10 };
  const { jobs } = jobsSchema.parse(await callAws(context, 'codepipeline', 'PollForJobs', asked));
  return jobs.find((job) => id === undefined || job.id === id);
}

const secondsSince = (context: ProbeContext, start: Date): number =>
  Math.round((context.now().getTime() - start.getTime()) / 1000);

/**
 * Polls every second, so that it can tell the possible answers apart. The delay is the time from the first check that finds the action started
 * until the first offer. Both times are measured with this process's clock, because AWS's clock can differ.
 */
async function waitForJob(context: ProbeContext, seen: Partial<SeenJob>): Promise<OfferedJob> {
  const { pipeline } = context.names;
  const ensure = ensureExecution(context, pipeline);
  let started: Date | undefined;
  const found = await pollUntilFound(context, { everyMs: 1000, limitMs: 300_000 }, async () => {
    await ensure();
    if (started === undefined && (await readActionResult(context, { pipeline, action: 'Probe' })))
      started = context.now();
    return poll(context);
  });
  if (found === undefined)
    throw Object.assign(new Error('No poll offered a job within five minutes.'), { name: 'NoJobOffered' });
  seen.delaySeconds = started === undefined ? 0 : secondsSince(context, started);
  return found;
}

const getDetails = (context: ProbeContext, jobId: string): Promise<CallOutcome> =>
  settleCall(callAws(context, 'codepipeline', 'GetJobDetails', { jobId }));

const bodySchema = z.object({
  Body: z.custom<{ transformToByteArray(): Promise<Uint8Array> }>((body) => typeof body === 'object' && body !== null),
});

async function readArtifact(context: ProbeContext, { data }: OfferedJob): Promise<CallOutcome> {
  const [artifact] = data.inputArtifacts;
  const { bucketName: Bucket, objectKey: Key } = artifact?.location.s3Location ?? {};
  const as: ProbeCredentials = data.artifactCredentials;
  const read = async () => {
    const { Body } = bodySchema.parse(await callAws(context, 's3', 'GetObject', { Bucket, Key }, as));
    return (await Body.transformToByteArray()).length;
  };
  return settleCall(read());
}

/** Polls again until the job is offered again. */
async function observeSecondOffer(context: ProbeContext, first: OfferedJob, seen: Partial<SeenJob>): Promise<string> {
  const start = context.now();
  await sleepUnlessInterrupted(context, 1000);
  const again = await pollUntilFound(context, { everyMs: 5000, limitMs: 120_000 }, () => poll(context, first.id));
  seen.hiddenSeconds = again === undefined ? undefined : secondsSince(context, start);
  if (again === undefined) return first.nonce;
  seen.isNonceRenewed = again.nonce !== first.nonce;
  return again.nonce;
}

async function observeResults(context: ProbeContext, jobId: string, seen: Partial<SeenJob>): Promise<void> {
  const putResult = () => callAws(context, 'codepipeline', 'PutJobSuccessResult', { jobId });
  await putResult();
  seen.secondResult = await settleCall(putResult());
  seen.endedDetails = await getDetails(context, jobId);
}

async function observeJob(context: ProbeContext, seen: Partial<SeenJob>): Promise<void> {
  const job = await waitForJob(context, seen);
  seen.unacknowledgedDetails = await getDetails(context, job.id);
  seen.isStoreEncrypted = job.data.encryptionKey !== undefined;
  seen.artifactRead = await readArtifact(context, job);
  const nonce = await observeSecondOffer(context, job, seen);
  const acknowledge = () => callAws(context, 'codepipeline', 'AcknowledgeJob', { jobId: job.id, nonce });
  await acknowledge();
  seen.secondAcknowledgement = await settleCall(acknowledge());
  await observeResults(context, job.id, seen);
}

/** The whole life of one job. */
export const jobProbe = defineProbe<SeenJob>({
  settles: [
    'poll-delay',
    'details-unacknowledged',
    'credentials-key',
    'poll-repeat',
    'poll-nonce',
    'second-acknowledgement',
    'late-result',
    'details-ended',
  ],
  needs: ['bucket', 'pipelineRole', 'actionType', 'pipeline'],
  wants: ['key'],
  observe: observeJob,
  judge: judgeJob,
});
