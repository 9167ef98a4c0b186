import type { Cloud, Faults, Ran } from '../cloud.ts';
import { type Outcome, payloadOf } from '../lambda/outcome.ts';
import { isOut, isOutage, type Lives } from './calls.ts';
import { counted } from './counted.ts';
import type { Fault, RunFault } from './fault.ts';

const isRunFault = (fault: Fault): fault is RunFault => fault.to === 'run' && fault.what !== 'outage';

const dead = (requestId: string): Outcome => ({
  ...payloadOf({ exited: 'Runtime exited with error: signal: killed' }, requestId),
  log: '',
});

/** Nobody ran, and nobody is told. */
const nothing: Outcome = { payload: 'null', failed: false, log: '' };

/** The hook of a function's invocation. */
export function runFaults(cloud: Cloud, schedule: Fault[], lives: Lives): Faults['run'] {
  const due = counted(schedule.filter(isRunFault));
  const outages = schedule.filter(isOutage('run'));
  return async (ran, go) => {
    const text = `${ran.name} ${ran.payload}`;
    const faults = due(text);
    const has = (what: RunFault['what']) => faults.find((fault) => fault.what === what);
    if (has('never') || outages.some(isOut(cloud, lives, text))) return nothing;
    if (has('dies')) return dead(ran.requestId);
    const late = has('late');
    if (late) {
      const { clock } = cloud;
      await clock.pause(new Promise<void>((resolve) => void clock.after((late.seconds ?? 60) * 1000, resolve)));
    }
    if (has('twice')) await mortal(ran, go, lives);
    return mortal(ran, go, lives);
  };
}

/** Runs it, until it ends or is killed. A function that runs twice has one request id for both, as on AWS. */
async function mortal(ran: Ran, go: () => Promise<Outcome>, lives: Lives): Promise<Outcome> {
  const killed = Promise.withResolvers<Outcome>();
  const { requestId } = ran;
  lives.dead.delete(requestId);
  lives.running.set(requestId, ran);
  lives.kill.set(requestId, () => killed.resolve(dead(requestId)));
  return Promise.race([go(), killed.promise]);
}
