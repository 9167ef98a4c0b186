import type { Cloud, FaultHooks, FunctionInvocation } from '../cloud.ts';
import { type InvocationOutcome, toPayload } from '../lambda/outcome.ts';
import { createOutageCheck, type InvocationTracker, isOutageOf } from './call-hook.ts';
import type { Fault, RunFault } from './fault.ts';
import { createFaultCounter } from './fault-counter.ts';

const isRunFault = (fault: Fault): fault is RunFault => fault.to === 'run' && fault.what !== 'outage';

/** The outcome of an invocation whose function was killed, in Lambda's wording. */
export const killedOutcome = (requestId: string): InvocationOutcome => ({
  ...toPayload({ exited: 'Runtime exited with error: signal: killed' }, requestId),
  log: '',
});

/** The function did not run. Only an asynchronous invocation is lost silently. A caller that waits for a result gets an error. */
const skippedOutcome = ({ asynchronous, requestId }: FunctionInvocation): InvocationOutcome =>
  asynchronous ? { payload: 'null', failed: false, log: '' } : killedOutcome(requestId);

/** Creates the hook of a function's invocation. */
export function createRunHook(cloud: Cloud, schedule: Fault[], tracker: InvocationTracker): FaultHooks['run'] {
  const due = createFaultCounter(schedule.filter(isRunFault));
  const outages = schedule.filter(isOutageOf('run'));
  return async (ran, proceed) => {
    const text = `${ran.name} ${ran.payload}`;
    const faults = due(text);
    const has = (what: RunFault['what']) => faults.find((fault) => fault.what === what);
    if (has('never') || outages.some(createOutageCheck(cloud, tracker, text))) return skippedOutcome(ran);
    if (has('dies')) return killedOutcome(ran.requestId);
    const late = has('late');
    if (late) {
      const { clock } = cloud;
      await clock.unfreezeDuring(
        new Promise<void>((resolve) => void clock.after((late.seconds ?? 60) * 1000, resolve)),
      );
    }
    if (has('twice')) await runUntilKilled(ran, proceed, tracker);
    return runUntilKilled(ran, proceed, tracker);
  };
}

/** Runs a function until it ends or is killed. A function that runs twice has the same request id both times, as on AWS. */
async function runUntilKilled(
  ran: FunctionInvocation,
  proceed: () => Promise<InvocationOutcome>,
  tracker: InvocationTracker,
): Promise<InvocationOutcome> {
  const killed = Promise.withResolvers<InvocationOutcome>();
  const { requestId } = ran;
  tracker.killed.delete(requestId);
  tracker.running.set(requestId, ran);
  tracker.kill.set(requestId, () => killed.resolve(killedOutcome(requestId)));
  return Promise.race([proceed(), killed.promise]);
}
