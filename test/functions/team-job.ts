import { CodePipelineClient, CreatePipelineCommand, PollForJobsCommand } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../local/cloud.ts';
import { setSource } from '../../local/codepipeline.ts';
import {
  allowPolicy,
  createGantryType,
  deployAction,
  gantryType,
  giveRole,
  pipelineRole,
  pipelineWith,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from '../local/pipeline.ts';
import { buildAccountId, type StartedCloud } from '../start.ts';

const hasType = new WeakSet<Cloud>();

/** Runs a pipeline up to its deploy action, and returns the id of the job that the action offers. `location` is an existing artifact bucket. */
export async function offerJob(aws: StartedCloud, name: string, location: string): Promise<string> {
  const client = new CodePipelineClient(aws.as(buildAccountId));
  recordedEvents(aws.cloud);
  giveRole(aws.cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection'));
  setSource(aws.cloud, 'acme/shop#main', async () => ({ revision: '1', summary: 'one', zip: Buffer.from('zip') }));
  if (!hasType.has(aws.cloud)) await createGantryType(client);
  hasType.add(aws.cloud);
  const stages = [{ name: 'Deploy', actions: [deployAction] }];
  const pipeline = pipelineWith(name, stages, { artifactStore: { type: 'S3', location } });
  await client.send(new CreatePipelineCommand({ pipeline }));
  await startPipeline(client, name);
  await waitForEvent(aws, { pipeline: name, action: 'Deploy', state: 'STARTED' });
  const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 100 }));
  return jobs.find(({ data }) => data?.pipelineContext?.pipelineName === name)!.id!;
}
