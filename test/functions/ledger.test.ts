import { describe, expect, it } from 'vitest';
import config from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { events } from '../../local/events.ts';
import { failedVerdict, stableVerdict, updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { startTime } from '../core/rollout/facts.ts';
import { createLedgerTable, partitionKey } from './ledger-table.ts';
import { executionArn } from './target-account.ts';

const { cloud, items, put, without } = await createLedgerTable(events, codepipeline);
const { handler: recordStart } = await import('../../functions/record-start.ts');
const { handler: reportSuccess } = await import('../../functions/report-success.ts');
const { handler: reportFailure } = await import('../../functions/report-failure.ts');
const { handler: reportDead } = await import('../../functions/report-dead-execution.ts');
const { readLedgerEntries: entriesOf } = await import('../../aws/ledger.ts');

const published: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => published.push(event));

const { release: given, plan, revision, rollout } = updatedExecution();
const release = { ...given!, target: { ...given!.target, cluster: 'web-shop' } };
const service = { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' };
let count = 0;
/** Returns a state's event for a new execution, the execution's ledger entries, and the published events about it. */
const execution = () => {
  const arn = executionArn(`e${++count}`);
  const event = (input: object = {}) => ({
    execution: arn,
    started: startTime,
    input: { release, plan, revision, ...input },
  });
  const entries = async () => (await items()).filter((item) => item.execution === arn);
  const publishedTypes = () =>
    published.filter(({ resources }) => resources.includes(arn)).map((one) => one['detail-type']);
  return { arn, event, entries, publishedTypes };
};

describe('Record Start', () => {
  it('writes one entry, even if it is retried', async () => {
    const { arn, event, entries, publishedTypes } = execution();
    expect(await recordStart(event({ by: 'Ada', reason: 'a fix' }))).toEqual({ start: startTime });
    await recordStart(event({ by: 'Ada', reason: 'a fix' }));
    expect(await entries()).toEqual([
      expect.objectContaining({
        pk: partitionKey,
        sk: `deployment#${startTime}#${arn.split(':').at(-1)}`,
        source: { type: 'hand', by: 'Ada', reason: 'a fix' },
        start: startTime,
      }),
    ]);
    expect((await entries())[0]).not.toHaveProperty('end');
    expect(new Set(publishedTypes())).toEqual(new Set(['Gantry Deployment Started']));
  });

  it('lets DynamoDB expire the entry 400 days after its start', async () => {
    const { event, entries } = execution();
    await recordStart(event());
    const { ttlAttribute } = declareSystem(config, { stage: 'production', keyArn: '' }).table;
    expect((await entries())[0]).toHaveProperty(ttlAttribute, Date.parse(startTime) / 1000 + 400 * 24 * 3600);
  });

  it.each([
    ['the table', 'dynamodb', { start: startTime, warning: expect.stringContaining('The ledger was not written') }],
    ['the bus', 'events', { start: startTime }],
  ])('lets the deployment continue if %s does not answer', async (_, name, answer) => {
    const given = cloud.services.get(name)!;
    cloud.services.delete(name);
    expect(await recordStart(execution().event())).toEqual(answer);
    cloud.services.set(name, given);
  });
});

describe('a report of the result', () => {
  it('completes the entry once and publishes an event', async () => {
    const { event, entries, publishedTypes } = execution();
    await recordStart(event());
    const ending = event({ rollout, verdict: stableVerdict, record: { start: startTime, commit: { id: 'abc' } } });
    await reportSuccess(ending);
    const [first] = await entries();
    expect(first).toMatchObject({ result: 'Succeeded', end: expect.any(String), commit: { id: 'abc' } });
    await reportSuccess(ending);
    expect(await entries()).toEqual([first]);
    expect(publishedTypes()).toEqual([
      'Gantry Deployment Started',
      'Gantry Deployment Succeeded',
      'Gantry Deployment Succeeded',
    ]);
  });

  it('writes the whole entry if the start was not recorded', async () => {
    const { event, entries } = execution();
    await without(() => recordStart(event()));
    await reportFailure(event({ rollout, verdict: failedVerdict }));
    expect(await entries()).toEqual([
      expect.objectContaining({ start: startTime, result: 'Failed', images: release.images }),
    ]);
  });

  it('succeeds even if the table does not answer', async () => {
    const { event, publishedTypes } = execution();
    const report = await without(() => reportSuccess(event({ rollout, verdict: stableVerdict })));
    expect(report).toMatchObject({ type: 'Succeeded' });
    expect(publishedTypes()).toEqual(['Gantry Deployment Succeeded']);
  });
});

const error = { Error: 'ConfigurationError', Cause: '{"errorMessage":"The input is not valid."}' };
const role = 'arn:aws:iam::222222222222:role/test-deployment';
const action = { ClusterName: 'web-shop', ServiceName: 'web', RoleArn: role, Region: 'eu-west-1' };

/** Requests that Gantry refuses before it knows what to deploy. */
const refused: [what: string, input: object, names: boolean][] = [
  ['has invalid images and names a configured target', { given: { target: 'test/web', images: 'none' } }, true],
  ['has an unknown field and names a configured target', { given: { target: 'test/web', imagez: [] } }, true],
  ['comes from an entry machine', { given: { target: 'test', service: 'web', images: 'none' } }, true],
  [
    'names a configured service by its role, cluster and name',
    { given: { target: { roleArn: role, region: 'eu-west-1', cluster: 'web-shop', service: 'web' }, images: 'none' } },
    true,
  ],
  [
    "is a job's whose action has an invalid property",
    { job: { id: '11111111-1111-1111-1111-111111111111', configuration: { ...action, FileName: '../x' } } },
    true,
  ],
  [
    "is a job's whose artifact is refused",
    { job: { id: '11111111-1111-1111-1111-111111111111', configuration: action } },
    true,
  ],
  ['names a target that does not exist', { given: { target: 'nowhere/web' } }, false],
  ['names a service that the target does not have', { given: { target: 'test', service: 'other' } }, false],
  [
    "is a job's for a service of somebody else",
    { job: { id: '11111111-1111-1111-1111-111111111111', configuration: { ...action, ServiceName: 'other' } } },
    false,
  ],
  ['is no object', { given: 'test/web' }, false],
  ['is an event', { given: { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' } }, false],
];

describe('a release that is refused before it begins', () => {
  it.each(refused)('and %s', async (_what, input, names) => {
    const { arn, entries, publishedTypes } = execution();
    await reportFailure({ execution: arn, started: startTime, input: { ...input, error } });
    expect(await entries()).toEqual(
      names
        ? [
            expect.objectContaining({
              result: 'Failed',
              reason: expect.stringContaining('The input is not valid.'),
              target: 'test/web',
              start: startTime,
              images: [],
            }),
          ]
        : [],
    );
    expect(publishedTypes()).toEqual(names ? ['Gantry Deployment Failed'] : []);
  });
});

describe('a dead execution', () => {
  const death = (executionArn: string, status = 'ABORTED', input: object = { target: 'test/web' }) => ({
    'detail-type': 'Step Functions Execution Status Change',
    detail: { executionArn, status, startDate: Date.parse(startTime), input: JSON.stringify(input) },
  });
  const failedDeployment = {
    id: '1',
    source: 'aws.ecs',
    'detail-type': 'ECS Deployment State Change',
    account: '222222222222',
    region: 'eu-west-1',
    resources: ['arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web'],
    detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED', deploymentId: 'ecs-svc/2' },
  };

  it('gets an entry, once, if it died before it wrote one', async () => {
    const { arn, entries, publishedTypes } = execution();
    await reportDead(death(arn));
    await reportDead(death(arn));
    expect(await entries()).toEqual([
      expect.objectContaining({ result: 'Failed', target: 'test/web', reason: expect.stringContaining('aborted') }),
    ]);
    expect(publishedTypes()).toEqual(['Gantry Deployment Failed']);
  });

  it('is completed in the ledger, its lease ends within 70 seconds and an event is published, once', async () => {
    const { arn, event, entries, publishedTypes } = execution();
    await recordStart(event());
    await put({ sk: 'lease', holder: arn, fence: 3, until: '2099-01-01T00:00:00.000Z' });
    const before = Date.now();
    await reportDead(death(arn));
    await reportDead(death(arn));
    expect(await entries()).toEqual([
      expect.objectContaining({ result: 'Failed', reason: expect.stringContaining('aborted') }),
    ]);
    const lease = (await items()).find(({ sk }) => sk === 'lease');
    expect(lease).toMatchObject({ released: true });
    const seconds = (Date.parse(String(lease?.until)) - before) / 1000;
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(80);
    expect(publishedTypes()).toEqual(['Gantry Deployment Started', 'Gantry Deployment Failed']);
  });

  it('of a rollback that an event started is completed too', async () => {
    const { arn, event, entries } = execution();
    await recordStart(event({ event: failedDeployment, decision: { do: 'revision', reason: 'It failed.' } }));
    await reportDead(death(arn, 'TIMED_OUT', failedDeployment));
    expect(await entries()).toEqual([
      expect.objectContaining({
        kind: 'rollback',
        result: 'Failed',
        reason: expect.stringContaining('exceeded its time-out'),
      }),
    ]);
  });

  it('that has reported itself is not changed', async () => {
    const { arn, event, entries, publishedTypes } = execution();
    await recordStart(event());
    await reportFailure(event({ rollout, verdict: failedVerdict }));
    const before = await entries();
    await reportDead(death(arn, 'FAILED'));
    expect(await entries()).toEqual(before);
    expect(publishedTypes()).toHaveLength(2);
  });
});

describe('the history of a service', () => {
  it('is sorted newest first, limited, and without the lease and invalid items', async () => {
    await put({ sk: 'deployment#2099', what: 'else' });
    await put({ sk: 'lease', holder: 'x', fence: 1, until: startTime });
    const all = await entriesOf(service, 100);
    const names = (all as { execution: string; start: string }[]).map((one) => one.start);
    expect(names.length).toBeGreaterThan(4);
    expect(names).toEqual([...names].sort().reverse());
    expect(await entriesOf(service, 3)).toHaveLength(2);
    expect(await without(() => entriesOf(service, 3))).toHaveProperty('unavailable');
  });

  it('is read in several pages', async () => {
    await recordStart(execution().event());
    const before = (await items()).filter(({ version }) => version === '1');
    for (let at = 0; at < 6; at++)
      await put({ ...before[0], sk: `deployment#2026-11-2${at}T00:00:00.000Z#big`, reason: 'x'.repeat(300_000) });
    expect(await entriesOf(service, 100)).toHaveLength(before.length + 6);
  });
});
