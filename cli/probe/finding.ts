import type { AssumptionId } from '../../local/assumptions/list.ts';

/** Numbers, error names and counts that support a finding. They must not contain account ids, ARNs or names. */
export type ObservedFacts = Record<string, string | number | boolean>;

/** What one run found out about one assumption. */
export type ProbeFinding =
  | { state: 'answered'; answer: string; observed?: ObservedFacts }
  /** AWS answered, but with none of the listed answers. */
  | { state: 'unlisted'; observed: ObservedFacts }
  | { state: 'not observed'; reason: string; observed?: ObservedFacts }
  /** AWS denied the action that the probe needs. */
  | { state: 'denied'; action: string }
  | { state: 'not probed'; reason: string };

export type Findings = Partial<Record<AssumptionId, ProbeFinding>>;

export const toAnswered = (answer: string, observed?: ObservedFacts): ProbeFinding => ({
  state: 'answered',
  answer,
  ...(observed && { observed }),
});

export const toUnlisted = (observed: ObservedFacts): ProbeFinding => ({ state: 'unlisted', observed });

export const toNotObserved = (reason: string, observed?: ObservedFacts): ProbeFinding => ({
  state: 'not observed',
  reason,
  ...(observed && { observed }),
});

/** The finding for a call: `onSuccess`, or the entry of `onError` for the name of AWS's error. Any other error is unlisted. */
export function judgeOutcome(outcome: CallOutcome, onSuccess: string, onError: Record<string, string>): ProbeFinding {
  if ('value' in outcome) return toAnswered(onSuccess);
  const answer = onError[outcome.error];
  return answer === undefined ? toUnlisted({ error: outcome.error }) : toAnswered(answer, { error: outcome.error });
}

/** How a call ended: with an output, or with an error of AWS that is not a denial. */
export type CallOutcome = { value: unknown } | { error: string; message: string };
