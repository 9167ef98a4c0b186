import { afterAll, describe, expect, it } from 'vitest';
import { createSystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import { healthyRelease as release } from './healthy-release.ts';
import { findViolations } from './invariants.ts';
import type { ServicePlan, ShiftPlan } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { runPlan } from './run-plan.ts';
import { type RecordedCall, readChaosHistory } from './setup.ts';

/* One run in which every invariant holds. Each test changes the record of the run, so that it violates one invariant. */

const stage = await (await createSystemFactory(config))('invariants');
afterAll(() => stage.stop());
const real = await runPlan(stage, {
  services: [0, 1, 2].map(() => ({ breaker: 'none', desired: 1, unknown: false })),
  deployments: [release, { ...release, image: 'slow', after: 200 }],
  faults: [],
});

const revision = (number: number) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/web:${number}`;
const isResult = ({ operation }: RecordedCall) => /^PutJob(Success|Failure)Result$/.test(operation);

/** A copy of the run that a test can change. */
const copyRun = (): PlanRun => ({
  ...real,
  effects: real.effects.map((effect) => ({ ...effect })),
  after: structuredClone(real.after),
  events: structuredClone(real.events),
  others: structuredClone(real.others),
  ledger: [...real.ledger],
});

/** When the deployment of a revision of `test/web` began. */
const createdAt = (run: PlanRun, ran: number): Date | undefined =>
  readChaosHistory(run.stage, 0).find(({ taskDefinition }) => taskDefinition === revision(ran))?.createdAt;

/** Adds an update of `test/web` to its first revision by Roll Back, one hour after the start. At that time, the service ran this revision. */
function addRollback(run: PlanRun, ran: number, payload = '{}', began?: Date): void {
  run.effects.push({
    at: run.startedAt + 3_600_000,
    service: 'ecs',
    operation: 'UpdateService',
    input: { cluster: 'shop', service: 'web', taskDefinition: revision(1) },
    answer: {},
    account: '222222222222',
    by: { name: 'shop-production-roll-back', requestId: 'added', payload },
    before: { taskDefinition: revision(ran), id: 'ecs-svc/1', ...(began === undefined ? {} : { createdAt: began }) },
  });
}

const later = (run: PlanRun): number => run.startedAt + 3_000_000;
const alarm = (name: string): string =>
  JSON.stringify({ 'detail-type': 'CloudWatch Alarm State Change', detail: { alarmName: name } });

const changeResults = (run: PlanRun, change: Partial<RecordedCall>): void => {
  run.effects = run.effects.map((one) => (isResult(one) ? { ...one, ...change } : one));
};

/** Changes the text of every message of Gantry's events. */
function changeMessages({ events }: PlanRun, from: RegExp, to: string): void {
  for (const { source, detail } of events)
    if (source === 'gantry' && typeof detail.reason === 'string') detail.reason = detail.reason.replace(from, to);
}

describe('in a run that was not changed', () => {
  it('every invariant holds', async () => {
    expect(await findViolations(copyRun())).toEqual([]);
    expect(real.effects.filter(isResult)).toHaveLength(2);
    expect(real.events.some(({ detail }) => /0 of 1 task of web:3 run/.test(String(detail.reason)))).toBe(true);
  });
});

describe('a count in a message is that of a check', () => {
  it('in the same millisecond', async () => {
    const run = copyRun();
    run.answers = run.answers.map((answer) => ({ ...answer, at: answer.at + 0.4 }));
    const lastCheck = Math.max(...run.answers.map(({ at }) => at));
    for (const { source, detail } of run.events)
      if (source === 'gantry' && Date.parse(String(detail.end)) > lastCheck)
        detail.end = new Date(lastCheck).toISOString();
    expect(await findViolations(run)).toEqual([]);
  });
});

describe('a violation is found:', () => {
  it.each<[what: string, change: (run: PlanRun) => void, found: RegExp]>([
    [
      'a job without a result',
      (run) => run.effects.splice(0, run.effects.length, ...run.effects.filter((one) => !isResult(one))),
      /has 0 results/,
    ],
    ['an execution without an entry in the ledger', (run) => run.ledger.splice(0), /has 0 entries in the ledger/],
    ['two results', (run) => run.effects.push(...run.effects.filter(isResult)), /has 2 results/],
    [
      'a result that waited for the end of a rollback',
      (run) => changeResults(run, { at: run.startedAt + 3_600_000 }),
      /got its result \d+ s too late/,
    ],
    [
      'a success that ECS does not confirm',
      (run) => changeResults(run, { operation: 'PutJobSuccessResult' }),
      /release-1 was reported as a success but was not stable/,
    ],
    ['a bad revision at the end', (run) => (run.after[0]!.taskDefinition = revision(3)), /web:3, which never worked/],
    [
      'an unknown revision at the end',
      (run) => (run.after[0]!.taskDefinition = revision(9)),
      /endings: test\/web ends on .*web:9/,
    ],
    [
      'a rollback of a healthy release',
      (run) => addRollback(run, 2),
      /rolled back the healthy .*web:2 without a reason/,
    ],
    [
      'a rollback of the deployment of a healthy release',
      (run) => addRollback(run, 2, '{}', createdAt(run, 2)),
      /rolled back the healthy .*web:2/,
    ],
    [
      'a rollback of a healthy release before the alarm went off',
      (run) => {
        addRollback(run, 2);
        run.others.alarmedAt.set(0, [run.startedAt + 3_700_000]);
      },
      /rolled back the healthy .*web:2/,
    ],
    [
      "a rollback of somebody else's deployment",
      (run) => {
        run.others.foreign.set(0, [revision(3)]);
        run.others.foreignAt.set(0, [later(run)]);
        addRollback(run, 3);
      },
      /rolled back .*web:3, which somebody else deployed/,
    ],
    [
      'a rollback by a foreign alarm',
      (run) => addRollback(run, 3, alarm('cpu')),
      /an alarm that nobody configured led to/,
    ],
    [
      'an event of somebody else',
      (run) => {
        run.others.foreign.set(0, [revision(3)]);
        addRollback(run, 3, 'SERVICE_DEPLOYMENT_FAILED');
      },
      /the event of somebody else's deployment led to UpdateService/,
    ],
    [
      'a count of running tasks that is wrong',
      (run) => changeMessages(run, /0 of 1 task of web:3/, '1 of 1 task of web:3'),
      /"1 of 1 task of web:3 run[^"]*" was not so/,
    ],
    [
      'a count of wanted tasks that is wrong',
      (run) => changeMessages(run, /0 of 1 task of web:3/, '0 of 2 tasks of web:3'),
      /"0 of 2 tasks of web:3 run/,
    ],
    ["a count of another revision's tasks", (run) => changeMessages(run, /1 of web:2/, '2 of web:2'), /; 2 of web:2/],
    [
      'the count of one revision as that of another',
      (run) => changeMessages(run, /0 of 1 task of web:3/, '1 of 1 task of web:2'),
      /"1 of 1 task of web:2 run; 1 of web:2/,
    ],
    ['a changed desired count', (run) => (run.after[0]!.desiredCount = 7), /desiredCount was changed/],
    [
      'a second update',
      (run) => run.effects.push(...run.effects.filter(({ operation }) => operation === 'UpdateService')),
      /updated its service 2 times/,
    ],
  ])('%s', async (_, change, found) => {
    const run = copyRun();
    change(run);
    expect(await findViolations(run)).toContainEqual(expect.stringMatching(found));
  });
});

describe('a rollback of a healthy release is no violation', () => {
  it.each<[what: string, change: (run: PlanRun) => void]>([
    ['after a configured alarm', (run) => run.others.alarmedAt.set(0, [later(run)])],
    ['after a request of a person', (run) => run.others.askedAt.set(0, [later(run)])],
  ])('%s', async (_, change) => {
    const run = copyRun();
    addRollback(run, 2);
    change(run);
    expect(await findViolations(run)).toEqual([]);
  });
});

describe('an execution without an entry in the ledger whose job was over before it began', () => {
  it.each<[what: string, changes: RegExp, violations: number]>([
    ['is no violation if it changed nothing', /^(RegisterTaskDefinition|UpdateService)$/, 0],
    ['is a violation if it registered a revision', /^UpdateService$/, 2],
    ['is a violation if it updated the service', /^RegisterTaskDefinition$/, 2],
  ])('%s', async (_, omitted, violations) => {
    const run = copyRun();
    run.ledger = [];
    run.effects = run.effects
      .filter(({ operation }) => !omitted.test(operation))
      .map((one) => (one.operation === 'AcknowledgeJob' ? { ...one, answer: { status: 'Failed' } } : one));
    const found = await findViolations(run);
    expect(found.filter((each) => /entries in the ledger/.test(each))).toHaveLength(violations);
  });
});

describe('a service that ends on a revision that never worked', () => {
  it.each<
    [what: string, answer: string, history: 'all' | 'later', isShifted: boolean, hasWorked: boolean, count: number]
  >([
    ['is no violation if nothing proves that an earlier revision works', 'absent', 'later', true, false, 0],
    ['is a violation if a deployment of the run has worked', 'absent', 'later', true, true, 1],
    ['is a violation if ECS shows the rollout state of the first revision', 'present', 'later', true, false, 1],
    ["is a violation if ECS's history is complete", 'absent', 'all', true, false, 1],
    ['is a violation if the service does not shift traffic', 'absent', 'later', false, false, 1],
  ])('%s', async (_, answer, history, isShifted, hasWorked, count) => {
    const run = copyRun();
    const [first, ...others] = run.plan.services;
    const shift: ShiftPlan = { strategy: 'BLUE_GREEN', bakeMinutes: 0, hooks: [] };
    const service: ServicePlan = { ...first!, history, ...(isShifted && { shift }) };
    run.plan = { ...run.plan, answers: [{ id: 'rollout-state', answer }], services: [service, ...others] };
    run.after[0]!.taskDefinition = revision(3);
    if (!hasWorked) run.startedAt += 86_400_000;
    expect((await findViolations(run)).filter((each) => /never worked/.test(each))).toHaveLength(count);
  });
});
