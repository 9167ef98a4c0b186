import { afterAll, describe, expect, it } from 'vitest';
import { type SelectedAnswer, selectAnswers } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';
import { createSystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import { healthyRelease as release } from './healthy-release.ts';
import { findViolations } from './invariants.ts';
import type { DeploymentPlan, ServicePlan, TimedAct } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { runPlan } from './run-plan.ts';
import { type RecordedCall, readChaosHistory } from './setup.ts';

/* Faults of Gantry that the chaos tests have found. Each is the smallest schedule that showed the fault. */

const next = await createSystemFactory(config);

async function runDeployments(
  deployments: Partial<DeploymentPlan>[],
  faults: Fault[],
  breaker: ServicePlan['breaker'] = 'rolls back',
  answers: SelectedAnswer[] = [],
  service: Partial<ServicePlan> = {},
  acts: TimedAct[] = [],
) {
  const services = [0, 1, 2].map(() => ({ breaker, desired: 1, unknown: false, ...service }));
  const stage = await next('found', selectAnswers(...answers));
  const found = await runPlan(stage, {
    services,
    deployments: deployments.map((each) => ({ ...release, ...each })),
    faults,
    answers,
    acts,
  });
  const problems = await findViolations(found);
  await stage.stop();
  const operations = found.effects.map(({ operation }) => operation);
  return { ...found, problems, operations };
}

it('retries a function that died in the middle of a release', async () => {
  const words = ['ecs RegisterTaskDefinition'];
  const { problems, operations } = await runDeployments(
    [{}],
    [{ to: 'call', words, nth: 1, times: 1, what: 'killed after' }],
  );
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobSuccessResult');
});

it("reports a job's result in time even if the rollback takes longer", async () => {
  const deployments: Partial<DeploymentPlan>[] = [
    { container: 'proxy', image: 'out of memory', after: 103, timeoutMinutes: 7 },
    { by: 'hand', after: 16, timeoutMinutes: 4 },
    { image: 'crash', after: 138, timeoutMinutes: 2 },
    { image: 'missing' },
  ];
  const { problems } = await runDeployments(deployments, [], 'stops');
  expect(problems).toEqual([]);
});

it('releases the lease even if the answer to the update was lost', async () => {
  const { problems, effects } = await runDeployments(
    [{}],
    [{ to: 'call', words: ['ecs UpdateService'], nth: 1, times: 1, what: 'lost after' }],
  );
  expect(problems).toEqual([]);
  const given = effects.filter(({ operation, by }) => operation === 'PutItem' && by?.name.endsWith('-update-service'));
  expect(given).toHaveLength(1);
});

it('keeps a deployment that somebody else starts while the lease is read', async () => {
  const words = ['dynamodb GetItem'];
  const act = 'deploy test/web';
  const meanwhile = { to: 'call', words, nth: 3, times: 1, what: 'meanwhile', act } satisfies Fault;
  const { problems } = await runDeployments([{ container: 'proxy', after: 196, timeoutMinutes: 2 }], [meanwhile]);
  expect(problems).toEqual([]);
});

it.each<[what: string, words: string[]]>([
  ['describe the target', ['ecs DescribeServices', 'check-target']],
  ['register the revision', ['ecs RegisterTaskDefinition']],
  ['describe the service again', ['ecs DescribeServices', 'update-service']],
  ['update the service', ['ecs UpdateService']],
  ['read the images', ['ecr BatchGetImage']],
])("reports a job's result in time even if ECS never lets Gantry %s", async (_, words) => {
  const throttle = { to: 'call', words, nth: 1, times: 100_000, what: 'throttled' } satisfies Fault;
  const { problems, operations } = await runDeployments([{}], [throttle]);
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobFailureResult');
});

it('keeps a job that it had acknowledged when its function died, even if CodePipeline then refuses the nonce', async () => {
  const fault = {
    to: 'call',
    words: ['codepipeline AcknowledgeJob'],
    nth: 1,
    times: 1,
    what: 'killed after',
  } satisfies Fault;
  const { problems, operations } = await runDeployments([{}], [fault], 'rolls back', [
    { id: 'second-acknowledgement', answer: 'refused' },
  ]);
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobSuccessResult');
});

it('rolls back a release that is late, although an earlier deployment of its revision was successful', async () => {
  const late: Partial<DeploymentPlan> = { by: 'hand', container: 'proxy', timeoutMinutes: 2 };
  const reads = {
    to: 'call',
    words: ['ecs DescribeServices', 'release-0'],
    nth: 1,
    times: 2,
    what: 'late effect',
  } satisfies Fault;
  const { problems, operations } = await runDeployments(
    [
      { ...late, after: 78 },
      { after: 20, timeoutMinutes: 4 },
      { ...late, after: 32, timeoutMinutes: 3 },
    ],
    [{ ...reads, seconds: 28 }],
    'rolls back',
    [],
    { alarm: 'rolls back' },
  );
  expect(problems).toEqual([]);
  expect(operations).toContain('StopServiceDeployment');
});

it('restores a deregistered revision again if an alarm failed the deployment that restored it', async () => {
  const { problems, after } = await runDeployments(
    [
      { by: 'hand', image: 'out of memory', after: 185 },
      { container: 'proxy', image: 'slow', after: 162, timeoutMinutes: 2 },
    ],
    [],
    'rolls back',
    [],
    { alarm: 'stops' },
    [
      { act: 'deregister test/web', after: 0 },
      { act: 'own alarm test/web', after: 367 },
    ],
  );
  expect(problems).toEqual([]);
  expect(after[0]).toMatchObject({ runningCount: 1, taskDefinition: expect.stringMatching(/web:4$/) });
});

it('keeps a release that was late, but that ECS completed before Gantry could roll it back', async () => {
  const late: Partial<DeploymentPlan> = { by: 'hand', container: 'proxy', timeoutMinutes: 2 };
  const { problems, after } = await runDeployments(
    [
      { ...late, after: 78 },
      { after: 20, timeoutMinutes: 4 },
      { ...late, after: 32, timeoutMinutes: 3 },
    ],
    [{ to: 'call', words: ['dynamodb UpdateItem', 'release-0'], nth: 1, times: 3, what: 'late effect', seconds: 35 }],
    'rolls back',
    [],
    { alarm: 'rolls back' },
  );
  expect(problems).toEqual([]);
  expect(after[0]!.taskDefinition).toMatch(/web:3$/);
});

it('rolls back a release that fails while ECS does not answer, from before its deadline until after it', async () => {
  const { problems, after, before, events } = await runDeployments(
    [{ by: 'hand', container: 'proxy', image: 'crash', timeoutMinutes: 2 }],
    [{ to: 'call', what: 'outage', words: ['ecs ', 'release-0'], from: 10, seconds: 240 }],
    'none',
  );
  expect(problems).toEqual([]);
  expect(after[0]!.taskDefinition).toBe(before[0]!.taskDefinition);
  const types = events.filter(({ source }) => source === 'gantry').map((event) => event['detail-type']);
  expect(types.map((type) => type.replace('Gantry ', ''))).toEqual([
    'Deployment Started',
    'Deployment Failed',
    'Rollback Succeeded',
  ]);
});

it('goes on with a rollback, and reports the result in the end, although CodePipeline does not answer for longer than a report is retried', async () => {
  const { problems, after, before, effects, ledger } = await runDeployments(
    [{ image: 'crash', timeoutMinutes: 2 }],
    [
      { to: 'call', what: 'outage', words: ['codepipeline PutJobFailureResult'], from: 0, seconds: 3600 },
      { to: 'call', what: 'outage', words: ['ecs ', '-roll-back'], from: 0, seconds: 3000 },
    ],
    'none',
  );
  expect(problems).toEqual([]);
  expect(after[0]!.taskDefinition).toBe(before[0]!.taskDefinition);
  const results = effects.filter(({ operation }) => operation === 'PutJobFailureResult');
  expect(results).toHaveLength(1);
  expect(ledger[0]).toMatchObject({ result: expect.stringMatching(/^(Failed|RolledBack)$/) });
});

it('reports the job of a release whose rollback ended while CodePipeline did not answer', async () => {
  const { problems, after, before, effects } = await runDeployments(
    [{ image: 'crash', timeoutMinutes: 2 }],
    [{ to: 'call', what: 'outage', words: ['codepipeline PutJobFailureResult'], from: 0, seconds: 1800 }],
    'none',
  );
  // A dead execution is checked at ever longer intervals (docs/guarantees.md).
  expect(problems.filter((problem) => !/got its result \d+ s too late/.test(problem))).toEqual([]);
  expect(after[0]!.taskDefinition).toBe(before[0]!.taskDefinition);
  const [result] = effects.filter(({ operation }) => operation === 'PutJobFailureResult');
  expect(result?.by?.name).toMatch(/report-dead-execution$/);
});

/** Two releases, one right after the other, each with another container of the same service. */
const twoContainers: Partial<DeploymentPlan>[] = [{ by: 'hand' }, { by: 'hand', container: 'proxy' }];
const staleAnswers: SelectedAnswer[] = [{ id: 'service-stale', answer: '5-seconds' }];
const lateAnswers: SelectedAnswer[] = [{ id: 'event-timing', answer: 'before' }];
const atUpdate = (what: 'lost after' | 'killed after' | 'late answer'): Fault[] => [
  { to: 'call', words: ['ecs UpdateService'], nth: 1, times: 1, what, seconds: 20 },
];
const stopAfterUpdate: Fault[] = [
  {
    to: 'call',
    words: ['dynamodb PutItem', 'update-service'],
    nth: 1,
    times: 1,
    what: 'meanwhile',
    act: 'stop execution release-0',
  },
];

describe('if DescribeServices shows an old state, a release keeps the image that the release before it has just deployed', () => {
  it.each<[what: string, answers: SelectedAnswer[], faults: Fault[]]>([
    ['without a fault', staleAnswers, []],
    ['with a history that is old, too', lateAnswers, []],
    [
      'with a history that lists deployments late',
      [...staleAnswers, { id: 'history-delay', answer: '15-seconds' }],
      [],
    ],
    ['after a lost answer', [...staleAnswers, { id: 'history-delay', answer: '15-seconds' }], atUpdate('lost after')],
    ['after the death of the function', staleAnswers, atUpdate('killed after')],
    ['after an answer that was late', staleAnswers, atUpdate('late answer')],
    ['after the first execution was stopped', staleAnswers, stopAfterUpdate],
    [
      'after its function ran twice',
      staleAnswers,
      [{ to: 'run', words: ['update-service'], nth: 1, times: 1, what: 'twice', seconds: 1 }],
    ],
  ])('%s', async (_, answers, faults) => {
    const { problems, after, definitions } = await runDeployments(twoContainers, faults, 'rolls back', answers);
    expect(problems).toEqual([]);
    const images = definitions.get(after[0]!.taskDefinition)!.containerDefinitions.map(({ image }) => image);
    expect(images).toEqual([expect.stringContaining('@sha256:'), expect.stringContaining('@sha256:')]);
  });
});

it("restores a revision that only an earlier release found to work, because ECS's history begins after it", async () => {
  const bad: Partial<DeploymentPlan>[] = [
    { by: 'hand', container: 'proxy', image: 'out of memory', timeoutMinutes: 2 },
    { by: 'hand', after: 31, timeoutMinutes: 6 },
  ];
  const { problems, before, after } = await runDeployments(bad, [], 'rolls back', [], { history: 'later' });
  expect(problems).toEqual([]);
  expect(after[0]!.taskDefinition).toBe(before[0]!.taskDefinition);
});

it('reports no release as unchanged while another release of the same image is not complete, if ECS shows no rollout state', async () => {
  const bad: Partial<DeploymentPlan> = { image: 'crash later', timeoutMinutes: 8 };
  const { problems } = await runDeployments(
    [
      { ...bad, by: 'hand', timeoutMinutes: 2 },
      { ...bad, after: 59 },
    ],
    [],
    'none',
    [{ id: 'rollout-state', answer: 'absent' }],
    { desired: 2, alarm: 'stops' },
  );
  expect(problems).toEqual([]);
});

it("ends a release whose deployment ECS failed without a rollback, if only the service's alarm would have rolled it back and no history shows it", async () => {
  const { problems, operations } = await runDeployments(
    [{ image: 'cannot start', timeoutMinutes: 4, rollBack: false }],
    [],
    'stops',
    [],
    { alarm: 'rolls back', history: 'none' },
  );
  expect(problems).toEqual([]);
  expect(operations).not.toContain('StopServiceDeployment');
});

describe('a release that does not see the update of a release without a lease, because DescribeServices shows an old state', async () => {
  const stage = await next('without-lease', selectAnswers(...lateAnswers));
  afterAll(() => stage.stop());
  const found = await runPlan(stage, {
    services: [0, 1, 2].map(() => ({ breaker: 'rolls back', desired: 1, unknown: false })),
    deployments: [
      { ...release, by: 'hand', container: 'proxy' },
      { ...release, by: 'hand' },
    ],
    faults: [{ to: 'call', words: ['dynamodb UpdateItem', 'take-lease'], nth: 1, times: 1, what: 'expired' }],
    answers: lateAnswers,
  });
  const lost = expect.stringMatching(/^updates: release-1 lost the image/);
  const [taken] = found.effects.filter(({ by }) => by?.name.endsWith('-take-lease'));
  const [execution = ''] = found.executions.get(0) ?? [];
  const isFirstUpdate = ({ operation, by }: RecordedCall): boolean =>
    operation === 'UpdateService' && by?.payload.includes(execution) === true;

  it('can lose its image, as the guarantees say', async () => {
    expect(await findViolations(found)).toEqual([]);
  });

  it.each<[what: string, changed: Partial<PlanRun>]>([
    [
      'both releases had a lease',
      { effects: [...found.effects, { ...taken!, by: { ...taken!.by!, payload: JSON.stringify({ execution }) } }] },
    ],
    [
      'its answer was too new to omit the update',
      { effects: found.effects.map((each) => ({ ...each, at: isFirstUpdate(each) ? each.at - 5_002 : each.at })) },
    ],
  ])('may not lose it if %s', async (_, changed) => {
    expect(await findViolations({ ...found, ...changed })).toContainEqual(lost);
  });
});

describe('a release that does not see that ECS itself has just rolled the service back, because DescribeServices shows an old state', async () => {
  const stage = await next('unseen-rollback', selectAnswers(...staleAnswers));
  afterAll(() => stage.stop());
  const found = await runPlan(stage, {
    services: [0, 1, 2].map(() => ({ breaker: 'rolls back', desired: 1, unknown: false })),
    deployments: [
      { ...release, by: 'hand', container: 'proxy', image: 'crash' },
      { ...release, by: 'hand', after: 51 },
    ],
    faults: [],
    answers: staleAnswers,
  });
  const lost = expect.stringMatching(/^updates: release-1 lost the image .* of proxy$/);
  const update = found.effects.filter(({ operation }) => operation === 'UpdateService')[1]!;
  const restoredAt = update.before!.createdAt!.getTime();
  const [failed] = readChaosHistory(stage, 0).filter(({ taskDefinition }) => taskDefinition.endsWith('web:2'));
  const stop: RecordedCall = { ...update, operation: 'StopServiceDeployment' };

  it('can build on the revision that ECS rolled back, as the guarantees say', async () => {
    expect(update.before!.taskDefinition).toBe(found.before[0]!.taskDefinition);
    expect(await findViolations(found)).toEqual([]);
  });

  it.each<[what: string, effects: RecordedCall[]]>([
    [
      'its answer was too new to omit the rollback',
      found.effects.map((each) => (each === update ? { ...each, seenAt: restoredAt + 5_002 } : each)),
    ],
    [
      'Gantry had asked for the rollback',
      [...found.effects, { ...stop, input: { serviceDeploymentArn: failed!.arn } }],
    ],
    [
      'PRIMARY began before the rollback',
      found.effects.map((each) =>
        each === update ? { ...each, before: { ...each.before!, createdAt: new Date(restoredAt - 1) } } : each,
      ),
    ],
  ])('may not do so if %s', async (_, effects) => {
    expect(await findViolations({ ...found, effects })).toContainEqual(lost);
  });
});

it.each<[what: string, acts: TimedAct[], faults: Fault[]]>([
  [
    'an alarm goes off',
    [{ act: 'configured alarm test/web', after: 200 }],
    [{ to: 'call', words: ['dynamodb'], what: 'outage', from: 150, seconds: 600 }],
  ],
  [
    'it fails',
    [{ act: 'stop deployment test/web', after: 110 }],
    [{ to: 'call', words: ['dynamodb'], what: 'outage', from: 90, seconds: 600 }],
  ],
])(
  "leaves somebody else's deployment alone that copied Gantry's tags, although the table does not answer when %s",
  async (_, acts, faults) => {
    const answers = [{ id: 'failed-event', answer: 'sent' }];
    const foreign = { act: 'deploy broken test/web', after: 100 };
    const { problems, others, after } = await runDeployments([{}], faults, 'none', answers, {}, [foreign, ...acts]);
    expect(problems).toEqual([]);
    expect(after[0]?.taskDefinition).toBe(others.foreign.get(0)?.[0]);
  },
);

it("leaves somebody else's deployment alone that a release had found before somebody stopped the release", async () => {
  const meanwhile = { to: 'call', what: 'meanwhile', nth: 1, times: 1 } as const;
  const { problems, after, others } = await runDeployments(
    [{ by: 'hand' }],
    [
      { ...meanwhile, words: ['ecs DescribeServices', 'release-0'], act: 'deploy broken test/web' },
      { ...meanwhile, words: ['ecs RegisterTaskDefinition', 'release-0'], act: 'stop execution release-0' },
    ],
    'stops',
  );
  expect(problems).toEqual([]);
  expect(after[0]?.taskDefinition).toBe(others.foreign.get(0)?.[0]);
});

it("rolls back for a failure event if somebody has stopped the release's execution", async () => {
  const stopped: TimedAct[] = [{ act: 'stop execution release-0', after: 30 }];
  const { problems, counts, operations } = await runDeployments([{ image: 'crash' }], [], 'stops', [], {}, stopped);
  expect(problems).toEqual([]);
  // Random schedules hardly ever reach this check (chaos.test.ts).
  expect(counts.get('checked: changes after a failure event')).toBeGreaterThan(0);
  expect(operations).toContain('UpdateService');
});
