import { describe, expect, it } from 'vitest';
import type { ChaosPlan } from './plan.ts';
import { disruptiveFaults, findProblemsWithFault, listDeploymentCalls } from './single-faults.ts';

const world = (image: 'healthy' | 'crash later', breaker: 'rolls back' | 'none'): ChaosPlan => ({
  services: [0, 1, 2].map(() => ({ breaker, desired: 1, unknown: true })),
  deployments: [{ service: 0, by: 'job', container: 'app', image, after: 0, timeoutMinutes: 5, rollBack: true }],
  faults: [],
  answers: [{ id: 'second-acknowledgement', answer: 'refused' }],
});

/** A release that works makes every call of the way forth, one that does not those of the way back. */
const walks = [
  { name: 'a release that works', plan: world('healthy', 'rolls back'), good: true },
  { name: 'a release that Gantry rolls back', plan: world('crash later', 'none'), good: false },
];

describe.each(walks)('$name', async ({ plan, good }) => {
  const steps = await listDeploymentCalls(plan);

  it.each(disruptiveFaults)(
    'survives each of its calls: %s',
    async (trouble) => {
      expect(steps.length).toBeGreaterThan(20);
      const wrong: string[] = [];
      for (const step of steps) {
        const { problems, ended } = await findProblemsWithFault(plan, step, trouble);
        const where = `${step.function} ${step.call} #${step.nth}`;
        wrong.push(...problems.map((problem) => `${where}: ${problem}`));
        // One lost answer or one dead function is no reason for a release to fail.
        if (good && ended !== 'SUCCEEDED') wrong.push(`${where}: ${ended}`);
      }
      expect(wrong).toEqual([]);
    },
    300_000,
  );
});
