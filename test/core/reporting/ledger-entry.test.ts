import { describe, expect, it } from 'vitest';
import { createDeploymentEvent } from '../../../core/reporting/deployment-event.ts';
import { type ExecutionData, parseExecutionData } from '../../../core/reporting/execution-data.ts';
import {
  completeLedgerEntry,
  type DeploymentResult,
  type LedgerEntry,
  ledgerEntryKey,
  ledgerEntrySchema,
} from '../../../core/reporting/ledger.ts';
import { createLedgerEntry, determineDeploymentResult } from '../../../core/reporting/ledger-entry.ts';
import { revisionArn, secondsAfterStart, startTime } from '../rollout/facts.ts';
import {
  failedVerdict,
  plannedExecution,
  requestedExecution,
  stableVerdict,
  updatedExecution,
} from './execution-data-examples.ts';

const settled = (back: boolean): ExecutionData['rollbackOutcome'] => ({
  outcome: 'settled',
  back,
  sentence: 'It is back.',
  serviceStatus: failedVerdict.serviceStatus,
});
const superseded: ExecutionData['verdict'] = {
  outcome: 'superseded',
  reason: 'Somebody else.',
  serviceStatus: stableVerdict.serviceStatus,
  by: { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14') },
};
const takenOver: ExecutionData['rollbackOutcome'] = {
  outcome: 'settled',
  back: false,
  sentence: 'Deployment ecs-svc/3 took over.',
  serviceStatus: failedVerdict.serviceStatus,
  supersededBy: { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14') },
};
const rollbackTakenOver = (did: 'updated' | 'nothing'): ExecutionData =>
  updatedExecution({
    kind: 'rollback',
    decision: { do: 'revision', reason: 'An alarm.' },
    verdict: failedVerdict,
    rollBack: { did, sentence: 'Gantry tried.' },
    rollbackOutcome: takenOver,
  });
const onOld = { ...failedVerdict.serviceStatus, taskDefinition: revisionArn('web:12') };
const unchanged = plannedExecution();
unchanged.plan!.unchanged = true;

describe('the ledger entry', () => {
  const given = updatedExecution({ record: { start: startTime, commit: { id: 'abc' } } });

  it('contains the service, the revisions before and after, and the execution', () => {
    expect(createLedgerEntry(given)).toMatchObject({
      version: '1',
      kind: 'deploy',
      service: { account: '222222222222', region: 'eu-west-1', cluster: 'main', name: 'web' },
      target: 'test/web',
      before: revisionArn('web:12'),
      after: revisionArn('web:13'),
      start: startTime,
      commit: { id: 'abc' },
      execution: given.execution,
    });
  });

  it.each<
    [what: string, succeeded: boolean, verdict: ExecutionData['verdict'], result: DeploymentResult, type: string]
  >([
    ['that succeeded', true, stableVerdict, 'Succeeded', 'Gantry Rollback Succeeded'],
    ['that failed', false, failedVerdict, 'Failed', 'Gantry Rollback Failed'],
    [
      'that was rolled back itself',
      false,
      { ...failedVerdict, serviceStatus: onOld },
      'Failed',
      'Gantry Rollback Failed',
    ],
    ['that was superseded', false, superseded, 'Superseded', 'Gantry Rollback Superseded'],
  ])('of a rollback of a stage %s is that of a rollback', (_, succeeded, verdict, result, type) => {
    const data = updatedExecution({ record: { start: startTime, stageRollback: true }, verdict });
    const started = createLedgerEntry(data)!;
    expect(createDeploymentEvent(started).detailType).toBe('Gantry Rollback Started');
    expect(determineDeploymentResult(data, succeeded)).toBe(result);
    const entry = completeLedgerEntry(started, { at: secondsAfterStart(60), result, reason: 'It ended.' });
    expect([entry.kind, createDeploymentEvent(entry).detailType]).toEqual(['rollback', type]);
  });

  it('is stored under the service and the start, and is the same after it was read', () => {
    const whole = completeLedgerEntry(createLedgerEntry(given)!, {
      at: secondsAfterStart(60),
      result: 'Succeeded',
      reason: 'Good.',
    });
    expect(ledgerEntryKey(whole)).toEqual({
      pk: 'service#222222222222/eu-west-1/main/web',
      sk: `deployment#${startTime}#one`,
    });
    expect(ledgerEntrySchema.parse(JSON.parse(JSON.stringify({ ...whole, ...ledgerEntryKey(whole) })))).toEqual(
      JSON.parse(JSON.stringify(whole)),
    );
  });

  it.each<[what: string, data: ExecutionData, after: string | undefined]>([
    ['only planned has no revision after it', plannedExecution({ started: startTime }), undefined],
    ['unchanged stays on its revision', { ...unchanged, started: startTime }, revisionArn('web:12')],
  ])('of a deployment that was %s', (_, data, after) => {
    expect(createLedgerEntry(data)?.after).toBe(after);
  });

  it('of a stopped deployment goes from its revision to the one before', () => {
    const stopped = updatedExecution({
      started: startTime,
      kind: 'rollback',
      decision: { do: 'stop', reason: 'An alarm.' },
    });
    expect(createLedgerEntry(stopped)).toMatchObject({
      kind: 'rollback',
      before: revisionArn('web:13'),
      after: revisionArn('web:12'),
    });
  });

  it.each<[what: string, data: ExecutionData]>([
    ['service', { ...requestedExecution(), release: undefined, started: startTime }],
    ['beginning', requestedExecution()],
  ])('is not created without a %s', (_, data) => {
    expect(createLedgerEntry(data)).toBeUndefined();
  });
});

describe('the result of a deployment', () => {
  it.each<[result: DeploymentResult, data: ExecutionData, succeeded: boolean]>([
    ['Succeeded', updatedExecution({ verdict: stableVerdict }), true],
    ['Unchanged', unchanged, true],
    ['Superseded', updatedExecution({ verdict: superseded }), false],
    ['Failed', plannedExecution({ error: { Error: 'PermissionError', Cause: '' } }), false],
    ['Failed', updatedExecution({ verdict: failedVerdict }), false],
    ['Failed', updatedExecution({ verdict: failedVerdict, rollbackOutcome: settled(false) }), false],
    ['RolledBack', updatedExecution({ verdict: failedVerdict, rollbackOutcome: settled(true) }), false],
    ['Failed', updatedExecution({ verdict: failedVerdict, rollbackOutcome: takenOver }), false],
    ['Superseded', rollbackTakenOver('updated'), false],
    ['Superseded', rollbackTakenOver('nothing'), true],
    ['RolledBack', updatedExecution({ verdict: { ...failedVerdict, rollBack: 'none', serviceStatus: onOld } }), false],
  ])('%s', (result, data, succeeded) => {
    expect(determineDeploymentResult(data, succeeded)).toBe(result);
  });
});

it.each<[kind: LedgerEntry['kind'], result: DeploymentResult | undefined, detailType: string]>([
  ['deploy', undefined, 'Gantry Deployment Started'],
  ['deploy', 'Succeeded', 'Gantry Deployment Succeeded'],
  ['deploy', 'Unchanged', 'Gantry Deployment Succeeded'],
  ['deploy', 'Failed', 'Gantry Deployment Failed'],
  ['deploy', 'RolledBack', 'Gantry Deployment Rolled Back'],
  ['deploy', 'Superseded', 'Gantry Deployment Superseded'],
  ['rollback', undefined, 'Gantry Rollback Started'],
  ['rollback', 'Succeeded', 'Gantry Rollback Succeeded'],
  ['rollback', 'NothingToDo', 'Gantry Rollback Succeeded'],
  ['rollback', 'RolledBack', 'Gantry Rollback Succeeded'],
  ['rollback', 'Failed', 'Gantry Rollback Failed'],
  ['rollback', 'Superseded', 'Gantry Rollback Superseded'],
])('the end of a %s with the result %s is published as the event %s', (kind, result, detailType) => {
  const one = { ...createLedgerEntry(updatedExecution({ started: startTime }))!, kind, result };
  expect(createDeploymentEvent(one)).toEqual({ detailType, detail: one, resources: [one.execution] });
});

it('the execution data contain the cause of a rollback and its time', () => {
  const job = { id: '7', pipeline: { name: 'shop' }, artifact: { revision: 'v1' } };
  expect(parseExecutionData({ execution: 'arn', started: startTime, input: { job } })).toMatchObject({
    kind: 'deploy',
    source: { type: 'pipeline', name: 'shop' },
    artifact: { revision: 'v1' },
    started: startTime,
  });
});
