import { describe, expect, it } from 'vitest';
import type { ChaosPlan, ServicePlan, TimedAct } from './plan.ts';
import { type DeploymentCall, disruptiveFaults, findProblemsWithFault, listDeploymentCalls } from './single-faults.ts';

const createPlan = (
  image: 'healthy' | 'crash later',
  service: Pick<ServicePlan, 'breaker' | 'history'>,
  acts: TimedAct[],
): ChaosPlan => ({
  services: [0, 1, 2].map(() => ({ ...service, desired: 1, unknown: true })),
  deployments: [{ service: 0, by: 'job', container: 'app', image, after: 0, timeoutMinutes: 5, rollBack: true }],
  faults: [],
  acts,
  answers: [
    { id: 'second-acknowledgement', answer: 'refused' },
    { id: 'service-stale', answer: '5-seconds' },
    { id: 'failed-launch', answer: 'event-only' },
  ],
});

/**
 * The successful release makes every call of a release, and the failed release makes every call of a rollback. Other actors scale the service, and alarms that
 * concern no service go off. To roll back the failed release, Gantry must register a deregistered revision again that ECS's history does not list.
 */
const working = createPlan('healthy', { breaker: 'rolls back' }, [
  { act: 'scale test/web', after: 20 },
  { act: 'scaling alarm test/web', after: 10 },
  { act: 'alarm test/web', after: 30 },
]);

const walks = [
  { name: 'a release that works', good: true, plan: working },
  {
    name: 'a release that Gantry rolls back',
    good: false,
    plan: createPlan('crash later', { breaker: 'none', history: 'later' }, [
      { act: 'deregister test/web', after: 1 },
      { act: 'scaling alarm test/web', after: 10 },
    ]),
  },
];

describe.each(walks)('$name', async ({ plan, good }) => {
  const steps = await listDeploymentCalls(plan);

  it.each(disruptiveFaults)(
    'survives the fault %s at each of its calls',
    async (fault) => {
      expect(steps.length).toBeGreaterThan(20);
      const wrong: string[] = [];
      for (const step of steps) {
        const { problems, ended } = await findProblemsWithFault(plan, step, fault);
        const where = `${step.function} ${step.call} #${step.nth}`;
        wrong.push(...problems.map((problem) => `${where}: ${problem}`));
        // A release must not fail because of one lost answer or one dead function.
        if (good && ended !== 'SUCCEEDED') wrong.push(`${where}: ${ended}`);
      }
      expect(wrong).toEqual([]);
    },
    300_000,
  );
});

describe('the tasks of a release that works', async () => {
  const [deployment] = working.deployments;
  const plan: ChaosPlan = {
    ...working,
    tasks: { migrate: 'succeed', smoke: 'succeed' },
    deployments: [{ ...deployment!, by: 'hand' }],
  };
  const isOfTask = ({ function: name, nth }: DeploymentCall): boolean => name.endsWith('-run-task') && nth === 1;
  const steps = (await listDeploymentCalls(plan)).filter(isOfTask);

  // If a call takes effect although its answer is lost, a task could run twice. So this test loses answers. The machine tests of tasks lose calls before their
  // effect.
  it.each(['lost after', 'killed after'] as const)(
    'run once each with the fault %s at each call of Run Task',
    async (fault) => {
      expect(steps.length).toBeGreaterThan(6);
      const wrong: string[] = [];
      for (const step of steps) {
        const { problems, ended } = await findProblemsWithFault(plan, step, fault);
        wrong.push(...problems, ...(ended === 'SUCCEEDED' ? [] : [ended]).map((text) => `${step.call}: ${text}`));
      }
      expect(wrong).toEqual([]);
    },
    300_000,
  );
});
