import type { AssumptionId } from '../../local/assumptions/list.ts';
import { Denied, Interrupted, type ProbeContext, statusOf } from './context.ts';
import { type Findings, type ProbeFinding, toNotObserved } from './finding.ts';
import type { ProbeResourceId } from './resource.ts';

/** Steps that observe AWS, and a function that judges the observations. */
export interface Probe {
  settles: readonly AssumptionId[];
  /** The resources that must exist before the probe runs. Empty for a probe that only reads. */
  needs: readonly ProbeResourceId[];
  /** The resources that are also created before the probe runs, if AWS allows it. */
  wants?: readonly ProbeResourceId[];
  /** The findings if AWS refused to create a resource. Undefined if the refusal settles nothing. */
  judgeRefusedCreation?(error: unknown): Findings | undefined;
  /** Returns a finding for every assumption of `settles`. Throws only Interrupted. */
  run(context: ProbeContext): Promise<Findings>;
}

/** Combines steps and judgement. If a step fails, the judgement uses the earlier observations, and the other assumptions get the reason. */
export function defineProbe<Seen extends object>(
  probe: Omit<Probe, 'run'> & {
    observe(context: ProbeContext, seen: Partial<Seen>): Promise<void>;
    judge(seen: Partial<Seen>): Findings;
  },
): Probe {
  const { observe, judge, ...rest } = probe;
  return {
    ...rest,
    async run(context) {
      const seen: Partial<Seen> = {};
      const failed = await observe(context, seen).then(
        () => toNotObserved('AWS showed nothing that answers the question'),
        explainFailure,
      );
      return { ...findForAll(rest.settles, failed), ...judge(seen) };
    },
  };
}

export const findForAll = (ids: readonly AssumptionId[], finding: ProbeFinding): Findings =>
  Object.fromEntries(ids.map((id) => [id, finding]));

/** The finding for an error of AWS, by its name only: the message can contain names. Rethrows Interrupted. */
export function explainFailure(error: unknown): ProbeFinding {
  if (error instanceof Interrupted) throw error;
  if (error instanceof Denied) return { state: 'denied', action: error.action };
  const name = error instanceof Error ? error.name : 'Error';
  const reason = statusOf(error) === undefined ? 'a step failed' : 'AWS answered a step with an error';
  return toNotObserved(reason, { error: name });
}
