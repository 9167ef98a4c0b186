import { expect, it } from 'vitest';
import { type SelectedAnswer, selectAnswers } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';
import { createSystemFactory } from '../../local/run/in-process-system.ts';
import { config } from './config.ts';
import { findViolations } from './invariants.ts';
import type { DeploymentPlan } from './plan.ts';
import { runPlan } from './run-plan.ts';

/*
 * What the suites have found, each as the smallest schedule that showed it.
 */

const next = await createSystemFactory(config);
const release: DeploymentPlan = {
  service: 0,
  by: 'job',
  container: 'app',
  image: 'healthy',
  after: 0,
  timeoutMinutes: 3,
  rollBack: true,
};

async function played(
  deployments: Partial<DeploymentPlan>[],
  faults: Fault[],
  breaker: 'rolls back' | 'stops' = 'rolls back',
  answers: SelectedAnswer[] = [],
) {
  const services = [0, 1, 2].map(() => ({ breaker, desired: 1, unknown: false }));
  const stage = await next('found', selectAnswers(...answers));
  const found = await runPlan(stage, {
    services,
    deployments: deployments.map((each) => ({ ...release, ...each })),
    faults,
    answers,
  });
  const problems = await findViolations(found);
  await stage.stop();
  const operations = found.effects.map(({ operation }) => operation);
  return { ...found, problems, operations };
}

it('runs a function again that died in the middle of a release', async () => {
  const words = ['ecs RegisterTaskDefinition'];
  const { problems, operations } = await played([{}], [{ to: 'call', words, nth: 1, times: 1, what: 'killed after' }]);
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobSuccessResult');
});

it('tells a job its result in time although the way back takes longer', async () => {
  const deployments: Partial<DeploymentPlan>[] = [
    { container: 'proxy', image: 'out of memory', after: 103, timeoutMinutes: 7 },
    { by: 'hand', after: 16, timeoutMinutes: 4 },
    { image: 'crash', after: 138, timeoutMinutes: 2 },
    { image: 'missing' },
  ];
  const { problems } = await played(deployments, [], 'stops');
  expect(problems).toEqual([]);
});

it('gives the lease back where the answer to the update was lost', async () => {
  const { problems, effects } = await played(
    [{}],
    [{ to: 'call', words: ['ecs UpdateService'], nth: 1, times: 1, what: 'lost after' }],
  );
  expect(problems).toEqual([]);
  const given = effects.filter(({ operation, by }) => operation === 'PutItem' && by?.name.endsWith('-update-service'));
  expect(given).toHaveLength(1);
});

it('loses nothing of a deployment that somebody else starts while the lease is looked at', async () => {
  const words = ['dynamodb GetItem'];
  const act = 'deploy test/web';
  const meanwhile = { to: 'call', words, nth: 3, times: 1, what: 'meanwhile', act } satisfies Fault;
  const { problems } = await played([{ container: 'proxy', after: 196, timeoutMinutes: 2 }], [meanwhile]);
  expect(problems).toEqual([]);
});

it.each<[what: string, words: string[]]>([
  ['look at the target', ['ecs DescribeServices', 'check-target']],
  ['register its revision', ['ecs RegisterTaskDefinition']],
  ['look at the service once more', ['ecs DescribeServices', 'update-service']],
  ['update the service', ['ecs UpdateService']],
  ['read its images', ['ecr BatchGetImage']],
])('tells a job its result in time though ECS never lets it %s', async (_, words) => {
  const throttle = { to: 'call', words, nth: 1, times: 100_000, what: 'throttled' } satisfies Fault;
  const { problems, operations } = await played([{}], [throttle]);
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobFailureResult');
});

it('keeps a job that it had acknowledged when its function died, though CodePipeline refuses the nonce then', async () => {
  const fault = {
    to: 'call',
    words: ['codepipeline AcknowledgeJob'],
    nth: 1,
    times: 1,
    what: 'killed after',
  } satisfies Fault;
  const { problems, operations } = await played([{}], [fault], 'rolls back', [
    { id: 'second-acknowledgement', answer: 'refused' },
  ]);
  expect(problems).toEqual([]);
  expect(operations).toContain('PutJobSuccessResult');
});
