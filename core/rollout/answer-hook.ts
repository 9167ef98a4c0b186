import type { HookAction, RecordedHookAnswer } from '../model/hook-answer.ts';
import { formatTime } from '../parsing/time-text.ts';
import {
  explainNotWaiting,
  formatAnswerer,
  formatNoHookWaits,
  formatRecordedAnswer,
  formatWaitingHooks,
  listHooksForPeople,
} from './answer-sentences.ts';
import type { ServiceDeployment } from './observation.ts';

/** A person's answer, and the person's claimed name. Without a hook, nothing is sent. */
interface AskedAnswer {
  serviceDeploymentArn: string;
  hookId?: string | undefined;
  /** The person did not name the hook, because only one hook waited. */
  onlyHook?: boolean | undefined;
  action: HookAction;
  by?: string | undefined;
  execution: string;
}

/** The deployment as ECS shows it, and the recorded answer for the hook. If the person names no hook: the last recorded answer for the deployment. */
export interface HookAnswerFacts {
  now: Date;
  asked: AskedAnswer;
  deployment: ServiceDeployment | undefined;
  recorded: RecordedHookAnswer | undefined;
  /** The last answer at another hook of the deployment; read only for `onlyHook`. */
  earlier?: RecordedHookAnswer | undefined;
}

/**
 * Whether to send the answer to ECS. `done`: the same person has already given the same answer; `refuse`: the answer must not be sent. The sentence is for
 * people.
 */
export type SendAnswerDecision = { do: 'send' } | { do: 'done' | 'refuse'; sentence: string };

/** How long it can be unknown whether ECS accepted another person's answer, in ms: the state Continue Deployment has four attempts of a minute each. */
export const hookAnswerSettlesMs = 5 * 60_000;

const refuse = (sentence: string): SendAnswerDecision => ({
  do: 'refuse',
  sentence: `${sentence} Nothing was changed.`,
});

/** Whether the request is a repetition: it comes from the same execution, or it is the same answer of the same person. */
export const isSameAnswerRequest = (recorded: RecordedHookAnswer, { execution, by, action }: AskedAnswer): boolean =>
  recorded.execution === execution || (by !== undefined && recorded.by === by && recorded.action === action);

/** A hook is answered only if the person named it. */
function checkUnnamed({ asked, deployment }: HookAnswerFacts): SendAnswerDecision | undefined {
  if (asked.hookId !== undefined || deployment === undefined) return undefined;
  const waiting = listHooksForPeople(deployment);
  return waiting.length === 0 ? undefined : refuse(`No hook was named: ${formatWaitingHooks(waiting)}.`);
}

/** An answer that ECS has accepted decides, even while ECS still shows the hook as waiting. */
function checkAccepted({ asked, deployment, recorded, now }: HookAnswerFacts): SendAnswerDecision | undefined {
  if (recorded?.status !== 'accepted' || deployment === undefined) return undefined;
  const earlier = formatRecordedAnswer(recorded);
  if (isSameAnswerRequest(recorded, asked)) return { do: 'done', sentence: `There was nothing to do: ${earlier}.` };
  return asked.hookId === undefined
    ? refuse(`${formatNoHookWaits(deployment, now)} ${earlier}.`)
    : refuse(`Somebody was faster: ${earlier}.`);
}

const isWaiting = ({ asked, deployment }: HookAnswerFacts): boolean =>
  deployment !== undefined && listHooksForPeople(deployment).some(({ id }) => id === asked.hookId);

/** If it is unknown whether an answer has reached ECS, a hook that no longer waits shows that the answer has arrived. */
function checkSent(facts: HookAnswerFacts): SendAnswerDecision | undefined {
  const { asked, recorded, now } = facts;
  if (recorded?.status !== 'sent') return undefined;
  const isOwn = isSameAnswerRequest(recorded, asked);
  if (!isWaiting(facts))
    return isOwn
      ? {
          do: 'done',
          sentence: `The hook ${recorded.hookId} no longer waits. What ECS answered to ${recorded.action} was lost, so most likely this request ended the wait.`,
        }
      : refuse(`Somebody was faster: ${formatRecordedAnswer(recorded)}.`);
  if (isOwn || now.getTime() - Date.parse(recorded.at) >= hookAnswerSettlesMs) return undefined;
  return refuse(
    `${formatAnswerer(recorded)} sent ${recorded.action} for the hook ${recorded.hookId} at ${formatTime(recorded.at)}, and it is not known yet what ECS answered. Try again in five minutes.`,
  );
}

/**
 * A person may ask again because an answer was lost. By then another hook may wait, because ECS creates a new hook before each step of the traffic, and the
 * person may not have seen it. So the person must name that hook.
 */
function checkRepeated({ asked, deployment, earlier, now }: HookAnswerFacts): SendAnswerDecision | undefined {
  if (!asked.onlyHook || deployment === undefined || earlier === undefined || earlier.status === 'refused')
    return undefined;
  if (earlier.by !== asked.by || now.getTime() - Date.parse(earlier.at) >= hookAnswerSettlesMs) return undefined;
  return refuse(
    `${formatRecordedAnswer(earlier)}. Since then ${formatWaitingHooks(listHooksForPeople(deployment))}. To answer it too, name it.`,
  );
}

/** Refuses the answer because, according to ECS, the named hook or any hook does not wait. */
function refuseNotWaiting({ asked, now }: HookAnswerFacts, deployment: ServiceDeployment): SendAnswerDecision {
  const others = listHooksForPeople(deployment);
  const state = others.length === 0 ? formatNoHookWaits(deployment, now) : `Now ${formatWaitingHooks(others)}.`;
  if (asked.hookId === undefined) return refuse(state);
  const hook = deployment.hooks.find(({ id }) => id === asked.hookId);
  return refuse(`${explainNotWaiting(asked.hookId, hook, now)} ${state}`);
}

/**
 * Whether a hook ended in another way than an answer that ECS has accepted. This happens if the time-out or a person without Gantry was faster, because ECS
 * may accept answers at hooks that do not wait (docs/assumptions.md, continue-refused).
 */
export function hasHookContradictedAnswer(
  deployment: ServiceDeployment,
  { hookId, action }: Pick<RecordedHookAnswer, 'hookId' | 'action'>,
): boolean {
  const hook = deployment.hooks.find(({ id }) => id === hookId);
  if (hook === undefined) return action === 'CONTINUE' && deployment.status.startsWith('ROLLBACK');
  if (hook.status === 'TIMED_OUT') return hook.timeoutAction !== action;
  return hook.status === (action === 'CONTINUE' ? 'FAILED' : 'SUCCEEDED');
}

/** Decides whether a person's answer at a pause hook is sent to ECS, from ECS's data and from the recorded answers. */
export function decideWhetherToSendAnswer(facts: HookAnswerFacts): SendAnswerDecision {
  const { asked, deployment } = facts;
  if (deployment === undefined) return refuse(`ECS knows no deployment ${asked.serviceDeploymentArn}.`);
  const known = checkUnnamed(facts) ?? checkAccepted(facts) ?? checkSent(facts) ?? checkRepeated(facts);
  if (known !== undefined) return known;
  return isWaiting(facts) ? { do: 'send' } : refuseNotWaiting(facts, deployment);
}
