import { describe, expect, it } from 'vitest';
import type { RollbackActionResult } from '../../../core/model/state-data.ts';
import { judgeRollback } from '../../../core/rollback/outcome.ts';
import { calculateReportDeadline } from '../../../core/rollback/report-time.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
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
const target = { cluster: 'main', service: 'web' };
const did = (what: RollbackActionResult['did']): RollbackActionResult => ({ did: what, sentence: '' });
const after = (changes: Partial<RolloutObservation>, rollBack?: RollbackActionResult) =>
  judgeRollback({ target, observation: rolloutObservation(changes), before, rollBack, since: secondsAfterStart(170) });

const undoing = serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' });
const on = (name: string) => ({ taskDefinition: revisionArn(name), desired: 2, running: 2 });
const back = (changes = {}) =>
  serviceWith({ ...on('web:12'), deployments: [newerDeployment({ taskDefinition: before, running: 2, ...changes })] });
const stopped = serviceDeployment({ status: 'STOPPED' });

describe('after a failed rollout', () => {
  it.each<[when: string, observation: Partial<RolloutObservation>, rollBack?: RollbackActionResult]>([
    ['ECS rolls back', { serviceDeployment: undoing }],
    ['the stop was requested but ECS has not begun', {}, did('stopped')],
    [
      'an update restores the old revision',
      { serviceDeployment: stopped, service: back({ rolloutState: 'IN_PROGRESS' }) },
      did('updated'),
    ],
    [
      'not all its tasks run, behind a Classic Load Balancer',
      { serviceDeployment: undefined, service: back({ rolloutState: undefined, running: 1 }) },
      did('updated'),
    ],
  ])('the rollback is unfinished while %s', (_, changes, rollBack) => {
    expect(after(changes, rollBack)).toMatchObject({ outcome: 'going on', waitSeconds: 12 });
  });

  it.each<
    [
      when: string,
      observation: Partial<RolloutObservation>,
      back: boolean,
      sentence: RegExp,
      rollBack?: RollbackActionResult,
    ]
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
      true,
      /on web:9/,
    ],
    [
      'the update is done',
      { serviceDeployment: stopped, service: back({ rolloutState: 'COMPLETED' }) },
      true,
      /is back on web:12/,
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
      /ecs-svc\/3 of web:14, which somebody else started at \S+, took over/,
      did('nothing'),
    ],
    ['there was nothing to do', {}, false, /stays on web:13/, did('nothing')],
    ['the service does not exist', { service: serviceWith({ status: 'INACTIVE' }) }, false, /INACTIVE/],
  ])('the rollback has ended if %s', (_, changes, isBack, sentence, rollBack) => {
    expect(after(changes, rollBack)).toMatchObject({
      outcome: 'settled',
      back: isBack,
      sentence: expect.stringMatching(sentence),
    });
  });

  it.each<[when: string, observation: Partial<RolloutObservation>, sentence: RegExp, rollBack?: RollbackActionResult]>([
    [
      'ECS could not roll back',
      { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }) },
      /could not roll back/,
    ],
    [
      'ECS stopped the deployment without a rollback',
      { serviceDeployment: stopped },
      /without a rollback/,
      did('stopped'),
    ],
    ['ECS, which should roll back, stopped without a rollback', { serviceDeployment: stopped }, /without a rollback/],
    [
      'the deployment that should restore it failed',
      { serviceDeployment: stopped, service: back({ rolloutState: 'FAILED' }) },
      /failed too/,
      did('updated'),
    ],
    [
      'the stop has no visible effect after minutes',
      { now: secondsAfterStart(170 + 300) },
      /has not begun/,
      did('stopped'),
    ],
  ])('Roll Back is tried again if %s', (_, changes, sentence, rollBack) => {
    expect(after(changes, rollBack)).toMatchObject({ outcome: 'retry', due: false });
    const late = after({ ...changes, now: secondsAfterStart(170 + 1800) }, rollBack);
    expect(late).toMatchObject({ outcome: 'retry', due: true, sentence: expect.stringMatching(sentence) });
  });

  const oursFailed = serviceWith({ deployments: [ourDeployment({ rolloutState: 'FAILED' })] });
  const noHistory = { serviceDeployment: undefined, service: oursFailed };

  describe.each<[when: string, observation: Partial<RolloutObservation>]>([
    ['fails', { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }) }],
    ['is left out', { serviceDeployment: stopped }],
    ['fails, without a history', { serviceDeployment: undefined, service: back({ rolloutState: 'FAILED' }) }],
    ['does not show within a minute, without a history', { ...noHistory, now: secondsAfterStart(170 + 60) }],
    ['does not show within five minutes', { service: oursFailed, now: secondsAfterStart(170 + 300) }],
  ])("if ECS's own rollback %s", (_, changes) => {
    it.each<[who: string, outcome: string, release: Partial<RolloutObservation>]>([
      ['Gantry rolls back', 'retry', {}],
      ['the service stays, if the release asked not to be rolled back', 'settled', { rollBackOnFailure: false }],
      ["the service stays, if the deployment is somebody else's", 'settled', { followed: true }],
    ])('%s', (_who, outcome, release) => {
      expect(after({ ...changes, ...release })).toMatchObject({ outcome });
    });
  });

  it("waits a minute for ECS's own rollback if there is no history", () => {
    const now = secondsAfterStart(170 + 59);
    expect(after({ ...noHistory, now })).toMatchObject({ outcome: 'going on' });
  });

  it('the result is due after half an hour, with the steps for a person, and the rollback continues', () => {
    expect(after({ now: secondsAfterStart(170 + 1797), serviceDeployment: undoing })).toMatchObject({ waitSeconds: 4 });
    const late = after({ now: secondsAfterStart(170 + 1800), serviceDeployment: undoing });
    expect(late).toMatchObject({ outcome: 'going on', due: true, waitSeconds: 60 });
    expect(late).toMatchObject({
      sentence: expect.stringMatching(
        /^The rollback was not done after 30 minutes: .* Gantry continues to try.* aws ecs update-service --cluster main --service web --task-definition web:12$/,
      ),
    });
  });

  it('the attempts end half an hour before Step Functions ends the execution', () => {
    const judgeAt = (hours: number) =>
      judgeRollback({
        target,
        observation: rolloutObservation({ serviceDeployment: undoing, now: secondsAfterStart(hours * 3600) }),
        before,
        since: secondsAfterStart(170),
        started: secondsAfterStart(0),
      });
    expect(judgeAt(25.4)).toMatchObject({ outcome: 'going on' });
    expect(judgeAt(25.5)).toMatchObject({
      outcome: 'settled',
      back: false,
      sentence: expect.stringContaining('gave up'),
    });
  });
});

describe('a pipeline that waits for the end of a rollback', () => {
  const watch = (seconds: number) =>
    judgeRollback({
      target,
      observation: rolloutObservation({ serviceDeployment: undoing, now: secondsAfterStart(seconds) }),
      before,
      since: secondsAfterStart(170),
      latest: calculateReportDeadline(secondsAfterStart(180)),
    });

  it('gets its result half a minute after its deadline, whatever the rollback does', () => {
    expect(watch(175)).toMatchObject({ outcome: 'going on', waitSeconds: 12 });
    expect(watch(205)).toMatchObject({ outcome: 'going on', waitSeconds: 6 });
    expect(watch(211)).toMatchObject({ outcome: 'going on', due: true, sentence: expect.stringContaining('not done') });
  });
});

describe('a restoring deployment that ECS failed, if only the alarms of the service have `rollback`', () => {
  const { id: deploymentId, taskDefinition, createdAt } = newerDeployment({ taskDefinition: before });
  const watch = (knownGood: boolean, changes: Partial<RolloutObservation> = {}) => {
    const observation = rolloutObservation({
      rollout: { deploymentId, taskDefinition, startedAt: createdAt.toISOString() },
      rollBackOnFailure: false,
      images: [],
      deadline: secondsAfterStart(100_000),
      serviceDeployment: undefined,
      service: { ...back({ rolloutState: 'FAILED' }), alarms: { enable: true, rollback: true } },
      ...changes,
    });
    const restore = { verdict: judgeRollout(observation, createdAt), knownGood };
    return judgeRollback({ target, observation, before, rollBack: did('updated'), since: createdAt, restore });
  };

  it('is tried again without a history, unless a person named its revision', () => {
    expect(watch(true)).toMatchObject({ outcome: 'retry', due: true });
    expect(watch(false)).toMatchObject({ outcome: 'settled', back: false });
  });

  it('is awaited while the history shows it in progress', () => {
    expect(watch(true, { serviceDeployment: serviceDeployment({}) })).toMatchObject({ outcome: 'going on' });
  });
});

describe('a deployment that restores the old revision and shifts traffic, and that the history does not list', () => {
  const restoring = newerDeployment({ taskDefinition: before, running: 2, rolloutState: undefined });
  const startedAt = restoring.createdAt.toISOString();
  const later = (seconds: number) => new Date(restoring.createdAt.getTime() + seconds * 1000);
  const shifting = (deployments = [restoring]) => serviceWith({ ...on('web:12'), shiftsTraffic: true, deployments });
  const watch = (changes: Partial<RolloutObservation>) => {
    const observation = rolloutObservation({
      rollout: { deploymentId: restoring.id, taskDefinition: before, startedAt },
      now: later(120),
      deadline: later(100_000),
      images: [],
      serviceDeployment: undefined,
      service: shifting(),
      ...changes,
    });
    const restore = { verdict: judgeRollout(observation, restoring.createdAt), knownGood: true };
    return judgeRollback({
      target,
      observation,
      before,
      rollBack: did('nothing'),
      since: restoring.createdAt,
      restore,
    });
  };

  it('is over when it is all that the service runs, because ECS lists no rollback of its own', () => {
    const sentence = 'The service is back on web:12 (2 of 2 tasks of web:12 run).';
    expect(watch({})).toMatchObject({ outcome: 'settled', back: true, sentence });
  });

  it.each<[when: string, changes: Partial<RolloutObservation>]>([
    ['while another revision still has tasks', { service: shifting([restoring, ourDeployment({ status: 'ACTIVE' })]) }],
    ['while its own tasks do not all run', { service: shifting([{ ...restoring, running: 1 }]) }],
    ['while ECS says that it rolls out', { service: shifting([{ ...restoring, rolloutState: 'IN_PROGRESS' }]) }],
    ['in its first minute, because the history can list it later', { now: later(50) }],
    ['while its own entry is in progress', { serviceDeployment: serviceDeployment({ status: 'IN_PROGRESS' }) }],
  ])('goes on %s', (_, changes) => {
    expect(watch(changes)).toMatchObject({ outcome: 'going on' });
  });
});
