import { expect, test as it } from 'vitest';
import type { ScheduleSource } from '../../../core/model/scheduled-task.ts';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { decideScheduleRestore } from '../../../core/rollback/restored-schedule.ts';

const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
const source = { type: 'schedule' as const, group: 'default', name: 'nightly' };
const other = { type: 'rule' as const, name: 'nightly', target: 'one' };

/** A release to `after`, which moved the schedule. */
const release = (after: string, moved?: [from: string, to: string], from: ScheduleSource = source): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:x',
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'shop', name: 'web' },
  source: { type: 'hand' },
  images: [],
  after: arn(after),
  start: '2026-11-23T09:00:00Z',
  ...(moved && { schedules: [{ schedule: 'nightly', source: from, from: arn(moved[0]), to: arn(moved[1]) }] }),
});

const back = { rolledBack: arn('web:8'), knownGood: arn('web:7'), restored: arn('web:7') };

it.each<[string, string, LedgerEntry[], typeof back, string]>([
  ['what it ran before', 'web:8', [release('web:8', ['web:7', 'web:8']), release('web:7')], back, 'web:7'],
  [
    'what it ran before, even if the service did not run that',
    'web:8',
    [release('web:8', ['web:4', 'web:8']), release('web:7')],
    back,
    'web:4',
  ],
  [
    'the copy of what it ran, which was registered again',
    'web:8',
    [release('web:8', ['web:7', 'web:8']), release('web:7')],
    { ...back, restored: arn('web:9') },
    'web:9',
  ],
  [
    'what it ran before all undone releases',
    'web:9',
    [release('web:9', ['web:8', 'web:9']), release('web:8', ['web:7', 'web:8']), release('web:7', ['web:6', 'web:7'])],
    { ...back, rolledBack: arn('web:9') },
    'web:7',
  ],
  [
    'what it ran before the rollback of a stage, which is undone',
    'web:8',
    [{ ...release('web:8', ['web:7', 'web:8']), kind: 'rollback', source: { type: 'pipeline' } }, release('web:7')],
    back,
    'web:7',
  ],
  [
    'not what an older release moved',
    'web:8',
    [release('web:8', ['web:4', 'web:8']), release('web:7'), release('web:4', ['web:3', 'web:4'])],
    back,
    'web:4',
  ],
  [
    'only the rolled-back release, if the ledger does not know the good one',
    'web:8',
    [release('web:8', ['web:6', 'web:8']), release('web:6', ['web:5', 'web:6'])],
    back,
    'web:6',
  ],
  [
    'what it ran before, also if the good revision was released again at the same time',
    'web:8',
    [release('web:7'), release('web:8', ['web:7', 'web:8']), release('web:7')],
    back,
    'web:7',
  ],
  [
    'what it ran before, if a second release of the same revision moved it',
    'web:8',
    [release('web:8', ['web:7', 'web:8']), release('web:8'), release('web:7')],
    back,
    'web:7',
  ],
  [
    'nothing, because somebody has changed it since',
    'web:9',
    [release('web:8', ['web:7', 'web:8']), release('web:7')],
    back,
    'keep',
  ],
  ['nothing, because it was never moved', 'web:7', [release('web:8'), release('web:7')], back, 'keep'],
  [
    'nothing, because another one was moved',
    'web:6',
    [release('web:8', ['web:6', 'web:8'], other), release('web:7')],
    back,
    'keep',
  ],
  [
    'nothing, and says so, because the ledger does not know it',
    'web:8',
    [release('web:8'), release('web:7')],
    back,
    'still runs web:8, which was rolled back',
  ],
  [
    'nothing, and says so, because it names no revision',
    'web',
    [release('web:8'), release('web:7')],
    back,
    'Risk: the schedule default/nightly names no revision',
  ],
])('a rollback restores %s', (_, current, entries, restore, expected) => {
  const decision = decideScheduleRestore({ source, current: arn(current) }, entries, restore);
  const found = decision.do === 'leave' ? decision.warning : (decision.to?.split('/').at(-1) ?? decision.do);
  expect(found).toContain(expected);
});
