import type { Cloud, FaultHooks, FunctionInvocation, OperationRequest } from '../cloud.ts';
import { ConnectionDropped } from './connection-dropped.ts';
import { expiredTokenError, throttlingError, unavailableError } from './errors.ts';
import type { CallFault, Fault, InterleavedAction, Outage } from './fault.ts';
import { createFaultCounter } from './fault-counter.ts';
import type { FaultPlan } from './fault-plan.ts';

/** The running invocations by request id, the killed ones, and a function that kills one. `began`: simulated ms. */
export interface InvocationTracker {
  running: Map<string, FunctionInvocation>;
  killed: Set<string>;
  kill: Map<string, () => void>;
  startedAt: number;
}

type Proceed = () => Promise<unknown>;

export const isOutageOf =
  (to: Outage['to']) =>
  (fault: Fault): fault is Outage =>
    fault.to === to && fault.what === 'outage';

const isCallFault = (fault: Fault): fault is CallFault | InterleavedAction =>
  fault.to === 'call' && fault.what !== 'outage';

/** Returns a check for whether an outage that matches this text is in progress. */
export const createOutageCheck = ({ clock }: Cloud, { startedAt }: InvocationTracker, text: string) => {
  const seconds = (clock.now() - startedAt) / 1000;
  return ({ words, from, seconds: length }: Outage): boolean =>
    seconds >= from && seconds < from + length && words.every((word) => text.includes(word));
};

/** Identifies the caller of calls outside a function: the role, and its session's name. */
const sessionName = ({ as }: OperationRequest): string => as.caller.arn.split('/').slice(1).join('/');

/** Creates the hook of `cloud.invoke`. */
export function createCallHook(cloud: Cloud, misbehavior: FaultPlan, lives: InvocationTracker): FaultHooks['call'] {
  const { faults, actions = {}, isAllowed = () => true, observe } = misbehavior;
  const due = createFaultCounter(faults.filter(isCallFault));
  const outages = faults.filter(isOutageOf('call'));
  return async (asked, go) => {
    if (asked.as.caller.arn.endsWith(':user/admin')) return go();
    const requestId = asked.as.trace?.replace('Root=', '') ?? '';
    if (lives.killed.has(requestId)) throw new ConnectionDropped();
    const by = lives.running.get(requestId);
    const text = `${asked.service} ${asked.operation} ${by?.name ?? sessionName(asked)} ${by?.payload ?? ''}`;
    if (outages.some(createOutageCheck(cloud, lives, text))) throw unavailableError(asked.service);
    if (!isAllowed(asked)) throw throttlingError(asked.service);
    const effect = observe === undefined ? go : () => observe(asked, by, go);
    const stricken = due(text).reduce<Proceed>(
      (next, fault) => () => applyFault(fault, next, { cloud, asked, requestId, lives, actions }),
      effect,
    );
    return stricken();
  };
}

interface FaultedCall {
  cloud: Cloud;
  asked: OperationRequest;
  requestId: string;
  lives: InvocationTracker;
  actions: NonNullable<FaultPlan['actions']>;
}

const wait = ({ clock }: Cloud, seconds = 0): Promise<void> =>
  clock.unfreezeDuring(new Promise((resolve) => void clock.after(seconds * 1000, resolve)));

/** Only a function's call has a connection to lose and a caller to kill; any other call fails with service unavailable. */
const lostCallError = ({ asked, requestId }: FaultedCall): Error =>
  requestId === '' ? unavailableError(asked.service) : new ConnectionDropped();

const killInvocation = ({ lives, requestId }: FaultedCall): void => {
  if (requestId === '') return;
  lives.killed.add(requestId);
  lives.kill.get(requestId)?.();
};

async function applyFault(fault: CallFault | InterleavedAction, go: Proceed, scene: FaultedCall): Promise<unknown> {
  const { service } = scene.asked;
  switch (fault.what) {
    case 'throttled':
      throw throttlingError(service);
    case 'unavailable':
      throw unavailableError(service);
    case 'expired':
      throw expiredTokenError();
    case 'meanwhile':
      await scene.actions[fault.act]?.(scene.asked);
      return go();
    case 'lost before':
      throw lostCallError(scene);
    case 'killed before':
      killInvocation(scene);
      throw lostCallError(scene);
    case 'late effect':
      await wait(scene.cloud, fault.seconds);
      return go();
    default:
      return failAfterEffect(fault, await go(), scene);
  }
}

/** Fails the call after it has taken effect. */
async function failAfterEffect({ what, seconds }: CallFault, answer: unknown, scene: FaultedCall): Promise<unknown> {
  if (what === 'late answer') {
    await wait(scene.cloud, seconds);
    return answer;
  }
  if (what === 'killed after') killInvocation(scene);
  throw lostCallError(scene);
}
