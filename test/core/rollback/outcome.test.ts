import { describe, expect, it } from 'vitest';
import type { RollbackResult } from '../../../core/model/state-data.ts';
import { judgeRollback, reportDeadline } from '../../../core/rollback/outcome.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import {
  newerDeployment,
  ourDeployment,
  revisionArn,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
} from '../rollout/facts.ts';

const before = revisionArn('web:12');
const did = (what: RollbackResult['did']): RollbackResult => ({ did: what, sentence: '' });
const after = (changes: Partial<RolloutObservation>, rollBack?: RollbackResult) =>
  judgeRollback({ look: rolloutObservation(changes), before, rollBack, since: secondsAfterStart(170) });

const undoing = serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' });
const on = (name: string) => ({ taskDefinition: revisionArn(name), desired: 2, running: 2 });
const back = (changes = {}) =>
  serviceWith({ ...on('web:12'), deployments: [newerDeployment({ taskDefinition: before, running: 2, ...changes })] });
const stopped = serviceDeployment({ status: 'STOPPED' });

describe('after a failed rollout', () => {
  it.each<[when: string, look: Partial<RolloutObservation>, rollBack?: RollbackResult]>([
    ['ECS rolls back', { serviceDeployment: undoing }],
    ['the stop was asked for but ECS has not begun', {}, did('stopped')],
    [
      'the old revision comes back by an update',
      { serviceDeployment: stopped, service: back({ rolloutState: 'IN_PROGRESS' }) },
      did('updated'),
    ],
    [
      'behind a Classic Load Balancer its tasks are not all there',
      { serviceDeployment: undefined, service: back({ rolloutState: undefined, running: 1 }) },
      did('updated'),
    ],
  ])('it goes on while %s', (_, changes, rollBack) => {
    expect(after(changes, rollBack)).toMatchObject({ outcome: 'going on', waitSeconds: 12 });
  });

  it.each<
    [when: string, look: Partial<RolloutObservation>, back: boolean, sentence: RegExp, rollBack?: RollbackResult]
  >([
    [
      'ECS has rolled back',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_SUCCESSFUL' }), service: back() },
      true,
      /ECS rolled back: the service is on web:12 \(2 of 2 tasks of web:12 run\)/,
    ],
    [
      'ECS has rolled back to an even older revision',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_SUCCESSFUL' }), service: serviceWith(on('web:9')) },
      false,
      /on web:9/,
    ],
    [
      'ECS could not roll back',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }) },
      false,
      /needs a person/,
    ],
    [
      'the update is done',
      { serviceDeployment: stopped, service: back({ rolloutState: 'COMPLETED' }) },
      true,
      /is back on web:12/,
      did('updated'),
    ],
    [
      'the update failed too',
      { serviceDeployment: stopped, service: back({ rolloutState: 'FAILED' }) },
      false,
      /failed too/,
      did('updated'),
    ],
    [
      'somebody else deployed',
      {
        service: serviceWith({
          ...on('web:14'),
          deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })],
        }),
      },
      false,
      /somebody else's/,
      did('nothing'),
    ],
    ['ECS stopped without a rollback', { serviceDeployment: stopped }, false, /without a rollback/, did('stopped')],
    ['ECS, which was to roll back, stopped without', { serviceDeployment: stopped }, false, /without a rollback/],
    ['there was nothing to do', {}, false, /stays on web:13/, did('nothing')],
    ['the service is gone', { service: serviceWith({ status: 'INACTIVE' }) }, false, /INACTIVE/],
    [
      'half an hour was not enough',
      { now: secondsAfterStart(170 + 1800), serviceDeployment: undoing },
      false,
      /not done after 30 minutes/,
    ],
  ])('it is settled when %s', (_, changes, isBack, sentence, rollBack) => {
    expect(after(changes, rollBack)).toMatchObject({
      outcome: 'settled',
      back: isBack,
      sentence: expect.stringMatching(sentence),
    });
  });

  it('waits no longer than until its half hour is over', () => {
    expect(after({ now: secondsAfterStart(170 + 1797), serviceDeployment: undoing })).toMatchObject({ waitSeconds: 4 });
  });
});

describe('a pipeline that waits for the end of a rollback', () => {
  const watch = (seconds: number) =>
    judgeRollback({
      look: rolloutObservation({ serviceDeployment: undoing, now: secondsAfterStart(seconds) }),
      before,
      since: secondsAfterStart(170),
      latest: reportDeadline(secondsAfterStart(180)),
    });

  it('is told half a minute after its deadline, whatever the rollback does', () => {
    expect(watch(175)).toMatchObject({ outcome: 'going on', waitSeconds: 12 });
    expect(watch(205)).toMatchObject({ outcome: 'going on', waitSeconds: 6 });
    expect(watch(211)).toMatchObject({
      outcome: 'settled',
      back: false,
      sentence: expect.stringContaining('not done'),
    });
  });
});
