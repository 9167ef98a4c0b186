import type { StageProgress } from '../model/stage-progress.ts';
import { type DeploymentStep, findStepOfStage } from '../service/deployment-steps.ts';

/** A step of a deployment, and whether it is done, is the current one, or is still to come. */
export interface StepWithStatus extends DeploymentStep {
  status: 'done' | 'current' | 'next';
}

/** Returns the number of the current shift of the traffic, counted from 0. A step includes its bake time. A hook before a shift belongs to the shift. */
const countShift = ({ stepsDone, stepsLeft, bakesUntil }: StageProgress): number =>
  bakesUntil === undefined ? Math.min(stepsDone, stepsDone + stepsLeft - 1) : Math.max(0, stepsDone - 1);

function findCurrent(steps: DeploymentStep[], progress: StageProgress): number {
  const kind = findStepOfStage(progress.stage);
  const first = steps.findIndex(({ does }) => does === kind);
  // A stage without its own step, such as a bake time of 0 minutes, ends at once. The last known step is the step before it.
  if (first < 0)
    return Math.max(
      0,
      steps.findLastIndex(({ does }) => does === (kind === 'shift test traffic' ? 'start tasks' : 'shift traffic')),
    );
  return kind === 'shift traffic' ? first + countShift(progress) : first;
}

/** Marks the steps of a deployment as done, current or later, according to its progress. `isOver`: the deployment has succeeded. */
export function markSteps(steps: DeploymentStep[], progress: StageProgress, isOver = false): StepWithStatus[] {
  const current = isOver ? steps.length : findCurrent(steps, progress);
  return steps.map((step, at) => ({ ...step, status: at < current ? 'done' : at === current ? 'current' : 'next' }));
}
