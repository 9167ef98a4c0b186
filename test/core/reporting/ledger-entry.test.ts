import { describe, expect, it } from 'vitest';
import { announcementOf } from '../../../core/reporting/announcement.ts';
import { type Story, storyOf } from '../../../core/reporting/execution-data.ts';
import { ended, entry, keyOf, type Result } from '../../../core/reporting/ledger.ts';
import { entryOf, resultOf } from '../../../core/reporting/ledger-entry.ts';
import { at, revision, start } from '../rollout/facts.ts';
import { asked, failed, planned, stable, updated } from './execution-data-examples.ts';

const settled = (back: boolean): Story['standing'] => ({
  outcome: 'settled',
  back,
  sentence: 'It is back.',
  standing: failed.standing,
});
const superseded: Story['verdict'] = {
  outcome: 'superseded',
  reason: 'Somebody else.',
  standing: stable.standing,
  by: { deploymentId: 'ecs-svc/3', taskDefinition: revision('web:14') },
};
const onOld = { ...failed.standing, taskDefinition: revision('web:12') };
const unchanged = planned();
unchanged.plan!.unchanged = true;

describe('the ledger’s entry', () => {
  const given = updated({ record: { start, commit: { id: 'abc' } } });

  it('says which service, from what to what, by which execution', () => {
    expect(entryOf(given)).toMatchObject({
      version: '1',
      kind: 'deploy',
      service: { account: '222222222222', region: 'eu-west-1', cluster: 'main', name: 'web' },
      target: 'test/web',
      before: revision('web:12'),
      after: revision('web:13'),
      start,
      commit: { id: 'abc' },
      execution: given.execution,
    });
  });

  it('is kept under the service, by its start, and comes back as it was', () => {
    const whole = ended(entryOf(given)!, { at: at(60), result: 'Succeeded', reason: 'Good.' });
    expect(keyOf(whole)).toEqual({
      pk: 'service#222222222222/eu-west-1/main/web',
      sk: `deployment#${start}#one`,
    });
    expect(entry.parse(JSON.parse(JSON.stringify({ ...whole, ...keyOf(whole) })))).toEqual(
      JSON.parse(JSON.stringify(whole)),
    );
  });

  it.each<[what: string, story: Story, after: string | undefined]>([
    ['only planned touched nothing', planned({ started: start }), undefined],
    ['unchanged is on what it was on', { ...unchanged, started: start }, revision('web:12')],
  ])('of what was %s', (_, story, after) => {
    expect(entryOf(story)?.after).toBe(after);
  });

  it('of a deployment that was stopped goes from its revision to the one before', () => {
    const stopped = updated({ started: start, kind: 'rollback', decision: { do: 'stop', reason: 'An alarm.' } });
    expect(entryOf(stopped)).toMatchObject({
      kind: 'rollback',
      before: revision('web:13'),
      after: revision('web:12'),
    });
  });

  it.each<[what: string, story: Story]>([
    ['service', { ...asked(), release: undefined, started: start }],
    ['beginning', asked()],
  ])('is not made without a %s', (_, story) => {
    expect(entryOf(story)).toBeUndefined();
  });
});

describe('a result', () => {
  it.each<[result: Result, story: Story, succeeded: boolean]>([
    ['Succeeded', updated({ verdict: stable }), true],
    ['Unchanged', unchanged, true],
    ['Superseded', updated({ verdict: superseded }), false],
    ['Failed', planned({ error: { Error: 'PermissionError', Cause: '' } }), false],
    ['Failed', updated({ verdict: failed }), false],
    ['Failed', updated({ verdict: failed, standing: settled(false) }), false],
    ['RolledBack', updated({ verdict: failed, standing: settled(true) }), false],
    ['RolledBack', updated({ verdict: { ...failed, rollBack: 'none', standing: onOld } }), false],
  ])('%s', (result, story, succeeded) => {
    expect(resultOf(story, succeeded)).toBe(result);
  });
});

it.each<[result: Result | undefined, detailType: string]>([
  [undefined, 'Gantry Deployment Started'],
  ['Succeeded', 'Gantry Deployment Succeeded'],
  ['Unchanged', 'Gantry Deployment Succeeded'],
  ['Failed', 'Gantry Deployment Failed'],
  ['RolledBack', 'Gantry Deployment Rolled Back'],
  ['Superseded', 'Gantry Deployment Superseded'],
])('others hear of %s as %s', (result, detailType) => {
  const one = { ...entryOf(updated({ started: start }))!, result };
  expect(announcementOf(one)).toEqual({ detailType, detail: one, resources: [one.execution] });
});

it('a story knows what set it off, and when', () => {
  const job = { id: '7', pipeline: { name: 'shop' }, artifact: { revision: 'v1' } };
  expect(storyOf({ execution: 'arn', started: start, input: { job } })).toMatchObject({
    kind: 'deploy',
    source: { type: 'pipeline', name: 'shop' },
    artifact: { revision: 'v1' },
    started: start,
  });
});
