import type { HookAction, RecordedHookAnswer } from '../model/hook-answer.ts';
import type { Target } from '../model/release.ts';
import type { LifecycleHook } from '../model/stage-progress.ts';
import { formatTime } from '../parsing/time-text.ts';
import type { ServiceDeployment } from './observation.ts';
import { describeStage, formatWaitingHook } from './stage-sentences.ts';
import { listWaitingHooks, trackStages } from './track-stages.ts';

const pastTense: Record<HookAction, string> = { CONTINUE: 'continued', ROLLBACK: 'rolled back' };

export const formatAnswerer = ({ by }: { by?: string | undefined }): string => by ?? 'Somebody';

/** Says who has answered a hook, how and when. */
export const formatRecordedAnswer = (recorded: RecordedHookAnswer): string =>
  `${formatAnswerer(recorded)} ${pastTense[recorded.action]} the deployment at the hook ${recorded.hookId}, at ${formatTime(recorded.at)}`;

/** Says what ECS does now, and whose deployment it is. `isInLedger`: whether the ledger entry of the release shows the answer. */
export function formatAcceptedAnswer(
  answer: RecordedHookAnswer,
  { name = 'the service' }: Target,
  isInLedger: boolean,
): string {
  const { hookId, action, release, serviceDeploymentArn } = answer;
  const deployment = `the deployment ${serviceDeploymentArn.split('/').at(-1)} of ${name}`;
  // ECS could accept an answer that comes too late (docs/assumptions.md, continue-refused), so the sentence says only what ECS confirmed.
  const next = action === 'CONTINUE' ? 'it goes on' : 'it is rolled back';
  const did = `ECS accepted ${action} for ${deployment} at the hook ${hookId}: ${next}.`;
  if (release === undefined)
    return `${did} No release of Gantry waits for this deployment, so somebody else has made it. \`gantry history ${name}\` shows the answer below the table.`;
  const where = isInLedger
    ? 'Its ledger entry shows the answer.'
    : `Its ledger entry is complete, so \`gantry history ${name}\` shows the answer below the table.`;
  return `${did} It is the deployment of the execution ${release.split(':').at(-1)}. ${where}`;
}

/** The hooks of a deployment that wait for a person. */
export const listHooksForPeople = (deployment: ServiceDeployment): LifecycleHook[] =>
  listWaitingHooks(deployment).filter(({ waitsFor }) => waitsFor === 'person');

/** Says which hooks wait, each with the time and the action of its time-out. */
export const formatWaitingHooks = (hooks: LifecycleHook[]): string =>
  hooks.map((hook) => formatWaitingHook(hook)).join(', and ');

/** Says that a deployment waits for nobody, and describes its progress. */
export function formatNoHookWaits(deployment: ServiceDeployment, now: Date): string {
  const { status, arn } = deployment;
  const name = `the deployment ${arn.split('/').at(-1)}`;
  if (status !== 'IN_PROGRESS') return `Nothing waits for a person: ${name} is ${status}.`;
  const progress = trackStages({ serviceDeployment: deployment, now }, undefined);
  const where = progress === undefined ? [] : describeStage(progress);
  return `Nothing waits for a person: ${[`${name} goes on`, ...where].join('; ')}.`;
}

const hasTimedOut = ({ status, expiresAt }: LifecycleHook, now: Date): boolean =>
  status === 'TIMED_OUT' ||
  (status !== 'SUCCEEDED' && expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime());

/** Says why a hook does not wait for a person, as ECS shows it; `hook` is undefined if ECS does not list it. */
export function explainNotWaiting(hookId: string, hook: LifecycleHook | undefined, now: Date): string {
  if (hook === undefined)
    return `The hook ${hookId} does not wait: it was answered without Gantry, or its time is over, or it is not a hook of this deployment.`;
  if (hook.waitsFor === 'function') return `The hook ${hookId} is for a function, so no person can answer it.`;
  if (hasTimedOut(hook, now))
    return `Nobody answered the hook ${hookId} in time: ECS has taken its time-out action, ${hook.timeoutAction ?? 'ROLLBACK'}.`;
  const did = hook.status === 'FAILED' ? 'rolled the deployment back at it' : 'continued it';
  return `The hook ${hookId} no longer waits: somebody ${did}, and not with Gantry.`;
}
