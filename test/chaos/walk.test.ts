import { describe, expect, it } from 'vitest';
import type { ChaosPlan } from './plan.ts';
import { disruptiveFaults, findProblemsWithFault, listDeploymentCalls } from './single-faults.ts';

const createPlan = (image: 'healthy' | 'crash later', breaker: 'rolls back' | 'none'): ChaosPlan => ({
  services: [0, 1, 2].map(() => ({ breaker, desired: 1, unknown: true })),
  deployments: [{ service: 0, by: 'job', container: 'app', image, after: 0, timeoutMinutes: 5, rollBack: true }],
  faults: [],
  answers: [{ id: 'second-acknowledgement', answer: 'refused' }],
});

/** The successful release makes every call of a release, the failed one every call of a rollback. */
const walks = [
  { name: 'a release that works', plan: createPlan('healthy', 'rolls back'), good: true },
  { name: 'a release that Gantry rolls back', plan: createPlan('crash later', 'none'), good: false },
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
