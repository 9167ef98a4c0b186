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
export function createCallHook(cloud: Cloud, plan: FaultPlan, tracker: InvocationTracker): FaultHooks['call'] {
  const { faults, actions = {}, isAllowed = () => true, observe } = plan;
  const due = createFaultCounter(faults.filter(isCallFault));
  const outages = faults.filter(isOutageOf('call'));
  return async (request, proceed) => {
    if (request.as.caller.arn.endsWith(':user/admin')) return proceed();
    const requestId = request.as.trace?.replace('Root=', '') ?? '';
    if (tracker.killed.has(requestId)) throw new ConnectionDropped();
    const by = tracker.running.get(requestId);
    const text = `${request.service} ${request.operation} ${by?.name ?? sessionName(request)} ${by?.payload ?? ''}`;
    if (outages.some(createOutageCheck(cloud, tracker, text))) throw unavailableError(request.service);
    if (!isAllowed(request)) throw throttlingError(request.service);
    const effect = observe === undefined ? proceed : () => observe(request, by, proceed);
    const faulty = due(text).reduce<Proceed>(
      (next, fault) => () => applyFault(fault, next, { cloud, request, requestId, tracker, actions }),
      effect,
    );
    return faulty();
  };
}

interface FaultedCall {
  cloud: Cloud;
  request: OperationRequest;
  requestId: string;
  tracker: InvocationTracker;
  actions: NonNullable<FaultPlan['actions']>;
}

const wait = ({ clock }: Cloud, seconds = 0): Promise<void> =>
  clock.unfreezeDuring(new Promise((resolve) => void clock.after(seconds * 1000, resolve)));

/** Only a function's call has a connection that can be lost and a caller that can be killed. A call of any other caller fails with "service unavailable". */
const lostCallError = ({ request, requestId }: FaultedCall): Error =>
  requestId === '' ? unavailableError(request.service) : new ConnectionDropped();

const killInvocation = ({ tracker, requestId }: FaultedCall): void => {
  if (requestId === '') return;
  tracker.killed.add(requestId);
  tracker.kill.get(requestId)?.();
};

async function applyFault(
  fault: CallFault | InterleavedAction,
  proceed: Proceed,
  faulted: FaultedCall,
): Promise<unknown> {
  const { service } = faulted.request;
  switch (fault.what) {
    case 'throttled':
      throw throttlingError(service);
    case 'unavailable':
      throw unavailableError(service);
    case 'expired':
      throw expiredTokenError();
    case 'meanwhile':
      await faulted.actions[fault.act]?.(faulted.request);
      return proceed();
    case 'lost before':
      throw lostCallError(faulted);
    case 'killed before':
      killInvocation(faulted);
      throw lostCallError(faulted);
    case 'late effect':
      await wait(faulted.cloud, fault.seconds);
      return proceed();
    default:
      return failAfterEffect(fault, await proceed(), faulted);
  }
}

/** Fails the call after it has taken effect. */
async function failAfterEffect({ what, seconds }: CallFault, answer: unknown, faulted: FaultedCall): Promise<unknown> {
  if (what === 'late answer') {
    await wait(faulted.cloud, seconds);
    return answer;
  }
  if (what === 'killed after') killInvocation(faulted);
  throw lostCallError(faulted);
}
