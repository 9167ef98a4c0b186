import { styleText } from 'node:util';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import { formatClockTime } from '../core/rollout/bake-sentence.ts';
import type { StepWithStatus } from '../core/rollout/mark-steps.ts';
import type { DeploymentStep } from '../core/service/deployment-steps.ts';
import { formatCountdown } from './clock-text.ts';
import type { DeploymentProgress } from './watch-event.ts';

/** Formats a time, with the time that is left if the text is redrawn every second. */
type FormatTime = (iso: string, now: number) => string;

const stepTexts: Record<DeploymentStep['does'], string> = {
  'replace tasks': 'replace the old tasks by new ones',
  'start tasks': 'start the new tasks',
  'shift test traffic': 'shift the test traffic',
  'shift traffic': 'shift the traffic',
  bake: 'bake',
  'stop old tasks': 'stop the old tasks',
};

const waitTexts = { person: 'a hook waits for a person', function: 'a hook waits for a function' };

/** `shift 5 % of the traffic, then bake 10 min; a hook waits for a person`. */
export function formatStep({ does, percent, bakeMinutes, waitsFor = [] }: DeploymentStep): string {
  const shift = percent === undefined ? stepTexts[does] : `shift ${percent} % of the traffic`;
  const bake =
    bakeMinutes === undefined ? '' : does === 'bake' ? ` ${bakeMinutes} min` : `, then bake ${bakeMinutes} min`;
  return [`${shift}${bake}`, ...waitsFor.map((whom) => waitTexts[whom])].join('; ');
}

const marks = { done: '✓', current: '▸', next: ' ' };

const formatMarkedStep = (step: StepWithStatus, { bakesUntil }: DeploymentProgress, now: number): string => {
  const until =
    step.status === 'current' && bakesUntil !== undefined ? `, until ${formatCountdown(bakesUntil, now)}` : '';
  const line = `${marks[step.status]} ${formatStep(step)}${until}`;
  return step.status === 'current' ? styleText('bold', line) : step.status === 'done' ? styleText('green', line) : line;
};

/** The most steps that are shown: a linear deployment can have 34. */
const maxStepsShown = 8;

/** Shows the steps around the current one. */
function chooseSteps(steps: StepWithStatus[]): { shown: StepWithStatus[]; before: number; after: number } {
  const current = Math.max(
    0,
    steps.findIndex(({ status }) => status === 'current'),
  );
  const from = Math.max(0, Math.min(current - 2, steps.length - maxStepsShown));
  const shown = steps.slice(from, from + maxStepsShown);
  return { shown, before: from, after: steps.length - from - shown.length };
}

/** The display's text for a deployment that does not continue. */
const statusTexts: Record<string, string> = {
  ROLLBACK_REQUESTED: 'ECS rolls the deployment back.',
  ROLLBACK_IN_PROGRESS: 'ECS rolls the deployment back.',
  STOP_REQUESTED: 'The deployment is being stopped.',
};

/** One line for each step of a deployment, with a mark at the current one. If ECS rolls back, one line says that. */
export function formatSteps(progress: DeploymentProgress, now: number): string[] {
  const ended = statusTexts[progress.status ?? ''];
  if (ended !== undefined) return [styleText('yellow', ended)];
  const { shown, before, after } = chooseSteps(progress.steps);
  return [
    ...(before === 0 ? [] : [styleText('gray', `  … ${before} done before`)]),
    ...shown.map((step) => formatMarkedStep(step, progress, now)),
    ...(after === 0 ? [] : [styleText('gray', `  … ${after} more`)]),
  ];
}

const timeoutTexts: Record<string, string> = { CONTINUE: 'continues it', ROLLBACK: 'rolls it back' };

/** Says whom a deployment waits for, since when and until when, what happens then, and how to answer. */
export function formatWait(
  { id, waitsFor, since, expiresAt, timeoutAction, command }: LifecycleHook,
  now: number,
  formatTime: FormatTime = formatClockTime,
): string {
  const whom = waitsFor === 'person' ? 'a person' : 'a function';
  const then = timeoutTexts[timeoutAction ?? ''] ?? 'ends the wait';
  const from = since === undefined ? '' : ` since ${formatClockTime(since, now)}`;
  const until = expiresAt === undefined ? '' : `${from && ','} until ${formatTime(expiresAt, now)}; then ECS ${then}`;
  const answer = command === undefined ? `Lifecycle hook: ${id}` : `To answer: ${command}`;
  return `The deployment waits for ${whom}${from}${until}. ${answer}`;
}

/** The waits of a deployment, one line for each hook, with the time that is left. */
export const formatWaits = ({ waiting }: DeploymentProgress, now: number): string[] =>
  waiting.map((hook) => styleText('yellow', formatWait(hook, now, formatCountdown)));

/** Whether a deployment is still in progress, so that its stage is meaningful. */
export const isGoingForward = (progress: DeploymentProgress | undefined): boolean =>
  progress !== undefined && statusTexts[progress.status ?? ''] === undefined;

function describeTraffic({ production, stepsDone, stepsLeft }: DeploymentProgress): string[] {
  if (production === undefined) return [];
  const steps = stepsDone > 0 && stepsDone + stepsLeft > 1 ? ` (step ${stepsDone} of ${stepsDone + stepsLeft})` : '';
  return [`the new revision gets ${production} % of the traffic${steps}`];
}

/** Formats progress as lines of text that need no redrawing. Returns no lines if the verdict says more. */
export function formatProgress(progress: DeploymentProgress, now: number): string {
  const { status = 'IN_PROGRESS', stage, bakesUntil, waiting } = progress;
  if (status !== 'IN_PROGRESS') return statusTexts[status] ?? '';
  const bake = bakesUntil === undefined ? [] : [`bakes until ${formatClockTime(bakesUntil, now)} at the latest`];
  const where = [...describeTraffic(progress), ...bake].join('; ');
  const line = [stage ?? 'The deployment has begun', where].filter((part) => part !== '').join(': ');
  return [`${line}.`, ...waiting.map((hook) => formatWait(hook, now))].join('\n');
}
