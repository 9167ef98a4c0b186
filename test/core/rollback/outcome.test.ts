import { describe, expect, it } from 'vitest';
import type { RollBack } from '../../../core/model/states.ts';
import { judgeAftermath, latestFor } from '../../../core/rollback/outcome.ts';
import type { Look } from '../../../core/rollout/observation.ts';
import { at, history, look, newer, ours, revision, service } from '../rollout/facts.ts';

const before = revision('web:12');
const did = (what: RollBack['did']): RollBack => ({ did: what, sentence: '' });
const after = (changes: Partial<Look>, rollBack?: RollBack) =>
  judgeAftermath({ look: look(changes), before, rollBack, since: at(170) });

const undoing = history({ status: 'ROLLBACK_IN_PROGRESS' });
const on = (name: string) => ({ taskDefinition: revision(name), desired: 2, running: 2 });
const back = (changes = {}) =>
  service({ ...on('web:12'), deployments: [newer({ taskDefinition: before, running: 2, ...changes })] });
const stopped = history({ status: 'STOPPED' });

describe('after a failed rollout', () => {
  it.each<[when: string, look: Partial<Look>, rollBack?: RollBack]>([
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

  it.each<[when: string, look: Partial<Look>, back: boolean, sentence: RegExp, rollBack?: RollBack]>([
    [
      'ECS has rolled back',
      { serviceDeployment: history({ status: 'ROLLBACK_SUCCESSFUL' }), service: back() },
      true,
      /ECS rolled back: the service is on web:12 with 2 of 2 tasks running/,
    ],
    [
      'ECS has rolled back to an even older revision',
      { serviceDeployment: history({ status: 'ROLLBACK_SUCCESSFUL' }), service: service(on('web:9')) },
      false,
      /on web:9/,
    ],
    ['ECS could not roll back', { serviceDeployment: history({ status: 'ROLLBACK_FAILED' }) }, false, /needs a person/],
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
      { service: service({ ...on('web:14'), deployments: [newer(), ours({ status: 'ACTIVE' })] }) },
      false,
      /somebody else's/,
      did('nothing'),
    ],
    ['ECS stopped without a rollback', { serviceDeployment: stopped }, false, /without a rollback/, did('stopped')],
    ['ECS, which was to roll back, stopped without', { serviceDeployment: stopped }, false, /without a rollback/],
    ['there was nothing to do', {}, false, /stays on web:13/, did('nothing')],
    ['the service is gone', { service: service({ status: 'INACTIVE' }) }, false, /INACTIVE/],
    [
      'half an hour was not enough',
      { now: at(170 + 1800), serviceDeployment: undoing },
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
    expect(after({ now: at(170 + 1797), serviceDeployment: undoing })).toMatchObject({ waitSeconds: 4 });
  });
});

describe('a pipeline that waits for the end of a rollback', () => {
  const watch = (seconds: number) =>
    judgeAftermath({
      look: look({ serviceDeployment: undoing, now: at(seconds) }),
      before,
      since: at(170),
      latest: latestFor(at(180)),
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
