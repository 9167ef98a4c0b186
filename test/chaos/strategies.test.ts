import { describe, expect, it } from 'vitest';
import { createSystem } from './check.ts';
import { healthyRelease } from './healthy-release.ts';
import { findViolations } from './invariants.ts';
import type { ChaosPlan, DeploymentPlan, HookPlan, ShiftPlan, TimedAct } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { runPlan } from './run-plan.ts';
import { readChaosHistory } from './setup.ts';

/* The promises for every release also hold if ECS shifts its traffic in steps, and while the release waits for a person. */

const pause: HookPlan = {
  type: 'PAUSE',
  stage: 'POST_TEST_TRAFFIC_SHIFT',
  answer: 'late',
  timeoutMinutes: 15,
  action: 'ROLLBACK',
};
const canary: ShiftPlan = { strategy: 'CANARY', bakeMinutes: 1, hooks: [pause] };

/** Plays releases of a service with this strategy. By default, one job starts one release, and a person answers after five minutes. */
async function play(
  deployments: Partial<DeploymentPlan>[],
  acts: TimedAct[] = [],
  shift: ShiftPlan = canary,
): Promise<PlanRun & { problems: string[] }> {
  const plan: ChaosPlan = {
    services: [0, 1, 2].map((index) => ({
      breaker: 'none',
      desired: 1,
      unknown: false,
      alarm: 'rolls back',
      shift: index === 0 ? shift : undefined,
    })),
    deployments: deployments.map((each) => ({ ...healthyRelease, timeoutMinutes: 4, ...each })),
    faults: [],
    acts,
  };
  const stage = await createSystem(plan);
  const run = await runPlan(stage, plan);
  const problems = await findViolations(run);
  await stage.stop();
  return { ...run, problems };
}

const resultsOf = ({ effects }: PlanRun): string[] =>
  effects.filter(({ operation }) => /^PutJob/.test(operation)).map(({ operation }) => operation);

const newest = ({ stage }: PlanRun) => readChaosHistory(stage, 0)[0]!;

describe('an execution that somebody stops', () => {
  it.each([
    ['while the new tasks start', 8],
    ['while a person holds up the deployment', 120],
    ['in the first step of the traffic', 360],
    ['in the bake time of ECS', 420],
  ])('%s is reported once, its entry in the ledger is complete, and ECS goes on', async (_, after) => {
    const run = await play([{}], [{ act: 'stop execution release-0', after }]);
    expect(run.problems).toEqual([]);
    expect(resultsOf(run)).toEqual(['PutJobFailureResult']);
    expect(run.ledger).toMatchObject([
      { result: 'Failed', reason: expect.stringContaining('was aborted by somebody') },
    ]);
    expect(newest(run).status).toMatch(/^(IN_PROGRESS|SUCCESSFUL)$/);
    expect(run.after[0]!.taskDefinition).not.toBe(run.before[0]!.taskDefinition);
  });
});

describe('a release that a person holds up for longer than its time limit', () => {
  it('succeeds', async () => {
    const run = await play([{}]);
    expect(run.problems).toEqual([]);
    expect(resultsOf(run)).toEqual(['PutJobSuccessResult']);
  });

  it('holds no lease meanwhile: a later release begins at once, and deploys the images of both', async () => {
    const run = await play([{ timeoutMinutes: 8 }, { container: 'proxy', after: 120, timeoutMinutes: 8 }]);
    expect(run.problems).toEqual([]);
    const updates = run.effects.filter(({ operation }) => operation === 'UpdateService');
    expect(updates.map(({ at }) => Math.round((at - run.startedAt) / 10_000))).toEqual([0, 12]);
    expect(run.ledger.map(({ result }) => result)).toEqual(['Succeeded', 'Succeeded']);
    const { containerDefinitions } = run.definitions.get(run.after[0]!.taskDefinition)!;
    const { pinned } = run.images.healthy;
    expect(containerDefinitions.map(({ image }) => image)).toEqual([pinned, pinned]);
  });

  it('is superseded by the deployment of somebody else, which stays', async () => {
    const run = await play([{}], [{ act: 'deploy test/web', after: 120 }]);
    expect(run.problems).toEqual([]);
    expect(run.ledger.map(({ result }) => result)).toEqual(['Superseded']);
    expect(run.after[0]!.taskDefinition).toBe(run.others.foreign.get(0)!.at(-1));
  });

  it('is rolled back if an alarm goes off during the pause, and is not known good', async () => {
    const run = await play(
      [{}, { container: 'proxy', image: 'crash', after: 420 }],
      [{ act: 'own alarm test/web', after: 120 }],
    );
    expect(run.problems).toEqual([]);
    expect(run.ledger.map(({ result }) => result)).toEqual(['RolledBack', 'RolledBack']);
    expect(run.after[0]!.taskDefinition).toBe(run.before[0]!.taskDefinition);
  });

  it.each([
    [
      'never answers, and ECS continues',
      { ...pause, answer: 'never', timeoutMinutes: 6, action: 'CONTINUE' },
      'Succeeded',
    ],
    ['never answers, and ECS rolls back', { ...pause, answer: 'never', timeoutMinutes: 6 }, 'RolledBack'],
    ['answers twice, and the first answer counts', { ...pause, answer: 'twice' }, 'Succeeded'],
    [
      'answers an earlier pause first',
      { ...pause, stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', answer: 'wrong order' },
      'Succeeded',
    ],
    ['rolls it back in the console', { ...pause, answer: 'roll back' }, 'RolledBack'],
  ] as const)('who %s: the result is that of ECS', async (_, hook, result) => {
    const run = await play([{}], [], { ...canary, strategy: 'LINEAR', hooks: [hook] });
    expect(run.problems).toEqual([]);
    expect(run.ledger.map((entry) => entry.result)).toEqual([result]);
  });
});

describe('an alarm in the first step of the traffic', () => {
  it('ends the release, and a revision that had five percent of the traffic is not the target of the next rollback', async () => {
    const alarm: HookPlan = {
      type: 'AWS_LAMBDA',
      stage: 'PRODUCTION_TRAFFIC_SHIFT',
      answer: 'alarm',
      timeoutMinutes: 3,
      action: 'ROLLBACK',
    };
    const run = await play([{}], [{ act: 'roll back test/web', after: 400 }], { ...canary, hooks: [alarm] });
    expect(run.problems).toEqual([]);
    expect(newest(run)).toMatchObject({ shift: { reached: 5 }, status: expect.stringContaining('ROLLBACK') });
    expect(run.after[0]!.taskDefinition).toBe(run.before[0]!.taskDefinition);
  });
});
