import { expect, it } from 'vitest';
import { type LedgerEntry, ledgerEntrySchema } from '../../core/reporting/ledger.ts';
import { createEndNotice } from '../../core/reporting/notification.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { events } from '../../local/events.ts';
import { updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { revisionArn, startTime } from '../core/rollout/facts.ts';
import { buildAccountId, region } from '../start.ts';
import { createLedgerTable } from './ledger-table.ts';

/* Every kind of execution that ends early, and what the ledger, the event and the messages report about it. */

const { cloud, items } = await createLedgerTable(events, codepipeline);
const { handler: reportSuccess } = await import('../../functions/report-success.ts');
const { handler: reportFailure } = await import('../../functions/report-failure.ts');
const published: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => published.push(event));

const { release: given, plan } = updatedExecution();
const target = { ...given!.target, cluster: 'web-shop' };
const release = { ...given!, target };
const error = { Error: 'ConfigurationError', Cause: '{"errorMessage":"This was refused."}' };
const [lease, refused] = [{ status: 'none', warning: 'w' }, { error }];
const configuration = { ClusterName: 'web-shop', ServiceName: 'web', RoleArn: target.roleArn, Region: region };

const job = { job: { id: '11111111-1111-1111-1111-111111111111', configuration, pipeline: { name: 'shop' } } };
const byPerson = { given: { target: 'test/web', by: 'ada', reason: 'slow' } };
const byEntry = {
  given: { target: 'test', service: 'web', by: 'ada', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'a' },
};
const detailType = 'ECS Deployment State Change';
const byEvent = { given: { id: '1', source: 'aws.ecs', 'detail-type': detailType, account: '222222222222' } };
const nothing = (isRecorded: boolean) => ({
  decision: {
    do: 'nothing',
    reason: 'There is no known-good revision.',
    ...(isRecorded && { service: { target, taskDefinition: revisionArn('web:12') } }),
  },
});

type Expected = {
  event: string;
  result: string;
  title: string;
  source: LedgerEntry['source']['type'];
  before?: string;
};
const deployment = { event: 'Gantry Deployment Failed', result: 'Failed', title: 'Failed: test/web' };
const rollback = { event: 'Gantry Rollback Failed', result: 'Failed', title: 'Rollback failed: test/web' };
const unneeded = {
  event: 'Gantry Rollback Succeeded',
  result: 'NothingToDo',
  title: 'Nothing to roll back: test/web',
  before: revisionArn('web:12'),
};

const ends: [start: string, where: string, machine: 'deploy' | 'rollback', input: object, expected?: Expected][] = [
  ['a job', 'the request', 'deploy', { ...job, ...refused }, { ...deployment, source: 'pipeline' }],
  ['a job', 'the lease', 'deploy', { ...job, release, ...refused }, { ...deployment, source: 'pipeline' }],
  ['a job', 'the target', 'deploy', { ...job, release, lease, ...refused }, { ...deployment, source: 'pipeline' }],
  [
    'a job',
    'the revision',
    'deploy',
    { ...job, release, lease, plan, ...refused },
    { ...deployment, source: 'pipeline', before: plan!.before.taskDefinition },
  ],
  ['a person', 'the request', 'deploy', { ...byPerson, ...refused }, { ...deployment, source: 'hand' }],
  ['a person', 'the target', 'deploy', { ...byPerson, release, lease, ...refused }, { ...deployment, source: 'hand' }],
  ['an entry machine', 'the request', 'deploy', { ...byEntry, ...refused }, { ...deployment, source: 'hand' }],
  ['a person', 'the request', 'rollback', { ...byPerson, ...refused }, { ...rollback, source: 'hand' }],
  ['an entry machine', 'the request', 'rollback', { ...byEntry, ...refused }, { ...rollback, source: 'hand' }],
  ['a person', 'the decision', 'rollback', { ...byPerson, ...nothing(true) }, { ...unneeded, source: 'hand' }],
  ['an entry machine', 'the decision', 'rollback', { ...byEntry, ...nothing(true) }, { ...unneeded, source: 'hand' }],
  ['an event', 'the decision', 'rollback', { ...byEvent, ...nothing(true) }, { ...unneeded, source: 'event' }],
  ['an event that nobody has to know of', 'the decision', 'rollback', { ...byEvent, ...nothing(false) }],
];

it.each(ends)('%s, which ends at %s, by the machine %s', async (_start, _where, machine, input, expected) => {
  const execution = `arn:aws:states:${region}:${buildAccountId}:execution:gantry-production-${machine}:n${published.length}`;
  const report = 'error' in input ? reportFailure : reportSuccess;
  const { message } = await report({ execution, started: startTime, input });
  const entries = (await items())
    .filter((item) => item.execution === execution)
    .map((item) => ledgerEntrySchema.parse(item));
  const told = published.filter(({ source, resources }) => source === 'gantry' && resources.includes(execution));
  const seen = entries.map((entry, at) => ({
    event: told[at]?.['detail-type'],
    result: entry.result,
    title: createEndNotice(entry, { region }).title,
    source: entry.source.type,
    before: entry.before,
    kind: entry.kind,
    reason: entry.reason,
  }));
  const more = { before: undefined, kind: machine, reason: message };
  expect(seen).toEqual(expected === undefined ? [] : [{ ...more, ...expected }]);
  expect(told).toHaveLength(seen.length);
});
