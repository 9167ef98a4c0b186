import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { computeDeliveryMetricValues } from '../../core/reporting/delivery-metric.ts';
import { ledgerEntrySchema } from '../../core/reporting/ledger.ts';
import { createChatMessage, createEmail, createEndNotice } from '../../core/reporting/notification.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { EventBridgeEvent, FaultHooks } from '../../local/cloud.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { events } from '../../local/events.ts';
import { states } from '../../local/states.ts';
import { failedVerdict, stableVerdict, updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { startTime } from '../core/rollout/facts.ts';
import { approvalStages, startRollbacks } from '../local/observe-stage-rollback.ts';
import { startPipeline } from '../local/pipeline.ts';
import { buildAccountId, region } from '../start.ts';
import { createTable } from './ledger-table.ts';
import { executionArn } from './target-account.ts';

const { aws, client, create, release: runPipeline, rollBack } = await startRollbacks(dynamodb, events, states);
const { credentials } = aws.as(buildAccountId);
Object.assign(process.env, {
  AWS_ENDPOINT_URL: aws.cloud.url,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
});
await createTable(DynamoDBDocumentClient.from(new DynamoDBClient(aws.as(buildAccountId))));
const machines = new SFNClient(aws.as(buildAccountId));
const { handler: recordStart } = await import('../../functions/record-start.ts');
const { handler: reportSuccess } = await import('../../functions/report-success.ts');
const { handler: reportFailure } = await import('../../functions/report-failure.ts');
const { handler: reportDead } = await import('../../functions/report-dead-execution.ts');

const published: EventBridgeEvent[] = [];
aws.cloud.eventListeners.push((event) => published.push(event));

await create('shop', approvalStages);
const released = await runPipeline('shop');
const rolledBack = await rollBack('shop', 'First', released);
const another = await startPipeline(client, 'shop');

const { release: given, plan, revision, rollout } = updatedExecution();
const release = { ...given!, target: { ...given!.target, cluster: 'web-shop' } };
const error = { Error: 'ConfigurationError', Cause: '{"errorMessage":"This was refused."}' };
const superseded = {
  outcome: 'superseded' as const,
  reason: 'Somebody else deployed.',
  serviceStatus: stableVerdict.serviceStatus,
  by: { deploymentId: 'ecs-svc/3', taskDefinition: 'web:14' },
};
const configuration = {
  ClusterName: 'web-shop',
  ServiceName: 'web',
  RoleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  Region: region,
};

/** While `act` runs, CodePipeline does not report the type of a pipeline's execution. */
async function whileSilent<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  const call: FaultHooks['call'] = async ({ operation }, proceed) => {
    if (operation === 'GetPipelineExecution') throw new AwsError('AccessDeniedException', 'no');
    return proceed();
  };
  aws.cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
  return act().finally(() => {
    delete aws.cloud.faultHooks;
  });
}

type Input = Record<string, unknown>;
interface Played {
  arn: string;
  event(input: Input): { execution: string; started: string; input: Input };
  /** The data of a state after Record Start. */
  started(silent?: 'silent'): Promise<Input>;
}

let count = 0;
function playJob(executionId: string): Played {
  const arn = executionArn(`job-${++count}`).replace('gantry-deploy', `gantry-deploy-${count}`);
  const job = {
    id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    configuration,
    pipeline: { name: 'shop', executionId, stage: 'First', action: 'web' },
  };
  const event = (input: Input) => ({ execution: arn, started: startTime, input: { job, ...input } });
  const started = async (silent?: 'silent'): Promise<Input> => {
    const data = { release, plan, revision };
    const start = () => recordStart(event(data));
    return { ...data, record: await (silent ? whileSilent(start) : start()) };
  };
  return { arn, event, started };
}

/** Lets an execution with this data die; returns the event about it. */
async function die({ arn, event }: Played, data: Input): Promise<EventBridgeEvent> {
  const Result = event(data).input;
  const definition = JSON.stringify({
    StartAt: 'Work',
    States: { Work: { Type: 'Pass', Result, Next: 'End' }, End: { Type: 'Fail', Error: 'JobFailed', Cause: 'dead' } },
  });
  const roleArn = `arn:aws:iam::${buildAccountId}:role/machine`;
  const name = arn.split(':').at(-2)!;
  const { stateMachineArn } = await machines.send(new CreateStateMachineCommand({ name, definition, roleArn }));
  process.env.STATE_MACHINE_ARN = stateMachineArn;
  const input = JSON.stringify({ job: { id: (Result as { job: { id: string } }).job.id } });
  await machines.send(new StartExecutionCommand({ stateMachineArn, name: arn.split(':').at(-1), input }));
  const found = () =>
    published.find(({ detail }) => detail.executionArn === arn && detail.status !== 'RUNNING' && 'stopDate' in detail);
  await aws.clock.advanceUntil(() => found() !== undefined);
  return found()!;
}

/** The state in which an execution for a job ends, and whether CodePipeline had reported the type of its pipeline's execution before. */
const ends: [where: string, play: (job: Played) => Promise<unknown>, result: string][] = [
  ['is refused before its request is valid', ({ event }) => reportFailure(event({ error })), 'Failed'],
  ['is refused before the target is checked', ({ event }) => reportFailure(event({ release, error })), 'Failed'],
  [
    'is refused by the check of the target',
    ({ event }) => reportFailure(event({ release, plan: undefined, lease: { status: 'none', warning: 'w' }, error })),
    'Failed',
  ],
  [
    'succeeds',
    async ({ event, started }) => reportSuccess(event({ ...(await started()), rollout, verdict: stableVerdict })),
    'Succeeded',
  ],
  [
    'succeeds, and CodePipeline did not answer at its start',
    async ({ event, started }) =>
      reportSuccess(event({ ...(await started('silent')), rollout, verdict: stableVerdict })),
    'Succeeded',
  ],
  [
    'finds nothing to deploy, and CodePipeline did not answer at its start',
    async ({ event, started }) =>
      reportSuccess(event({ ...(await started('silent')), plan: { ...plan, unchanged: true } })),
    'Unchanged',
  ],
  [
    'fails, and CodePipeline did not answer at its start',
    async ({ event, started }) =>
      reportFailure(event({ ...(await started('silent')), rollout, verdict: failedVerdict })),
    'Failed',
  ],
  [
    'is superseded, and CodePipeline did not answer at its start',
    async ({ event, started }) => reportFailure(event({ ...(await started('silent')), rollout, verdict: superseded })),
    'Superseded',
  ],
  [
    'fails, and its start was not recorded',
    ({ event }) => reportFailure(event({ release, plan, revision, rollout, verdict: failedVerdict })),
    'Failed',
  ],
  ['dies before its start is recorded', async (job) => reportDead(await die(job, {})), 'Failed'],
  [
    'dies, and CodePipeline did not answer at its start',
    async (job) => reportDead(await die(job, await job.started('silent'))),
    'Failed',
  ],
];

const labels: Record<string, string> = { Unchanged: 'Succeeded' };
const lastEvent = ({ arn }: Played) =>
  published.findLast(({ source, resources }) => source === 'gantry' && resources.includes(arn))!;

describe('a rollback of a stage by CodePipeline', () => {
  it.each(ends)(
    'that %s is a rollback in the event, the ledger, the messages and the metrics',
    async (_, play, result) => {
      const job = playJob(rolledBack);
      await play(job);
      const event = lastEvent(job);
      const entry = ledgerEntrySchema.parse(event.detail);
      expect(event['detail-type']).toBe(`Gantry Rollback ${labels[result] ?? result}`);
      expect(entry).toMatchObject({ kind: 'rollback', result, source: { type: 'pipeline', executionId: rolledBack } });
      const notice = createEndNotice(entry, { region });
      const { subject, text } = createEmail(notice);
      const { content } = createChatMessage(notice, entry);
      for (const said of [subject, content.title]) expect(said).toMatch(/^Rollback /);
      for (const said of [text, content.description]) expect(said).toMatch(/rollback/i);
      expect(computeDeliveryMetricValues(entry, [])).not.toHaveProperty('Deployments', 1);
    },
  );

  it.each(ends)('that %s is not confused with a release of the same pipeline', async (_, play, result) => {
    const job = playJob(another);
    await play(job);
    const event = lastEvent(job);
    const entry = ledgerEntrySchema.parse(event.detail);
    expect(event['detail-type']).toBe(`Gantry Deployment ${labels[result] ?? result}`);
    expect(entry).toMatchObject({ kind: 'deploy', result });
    expect(computeDeliveryMetricValues(entry, [])).toHaveProperty('Deployments', 1);
  });
});
