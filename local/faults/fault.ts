/**
 * What can happen to a call: it is refused before its effect, or its response is lost, late or never received because the
 * caller died.
 */
export type CallFaultKind =
  | 'throttled'
  | 'unavailable'
  | 'expired'
  | 'lost before'
  | 'lost after'
  | 'late effect'
  | 'late answer'
  | 'killed before'
  | 'killed after';

/**
 * Selects calls, runs or events: those whose text contains all of `words`, starting with the `nth` match (1 is the first), for
 * `times` matches.
 */
export interface FaultMatch {
  words: string[];
  nth: number;
  times: number;
}

/**
 * A call's text is `service Operation function payload`, with the function and payload of the invocation that makes it. Outside
 * an invocation the role takes the function's place.
 */
export type CallFault = FaultMatch & { to: 'call'; what: CallFaultKind; seconds?: number };

/** An action of others just before a call, named as in the plan's actions. */
export type InterleavedAction = FaultMatch & { to: 'call'; what: 'meanwhile'; act: string };

/** An event's text is `source detail-type detail`. */
export type EventFault = FaultMatch & { to: 'event'; what: 'never' | 'twice' | 'late'; seconds?: number };

/** A run's text is `function payload`. */
export type RunFault = FaultMatch & { to: 'run'; what: 'never' | 'twice' | 'late' | 'dies'; seconds?: number };

/**
 * An outage: all calls or runs whose text contains these words fail. It begins `from` seconds after the start and lasts for the given number of
 * seconds. Examples: the table does not answer, or the poller never starts.
 */
export interface Outage {
  to: 'call' | 'run';
  what: 'outage';
  words: string[];
  from: number;
  seconds: number;
}

export type Fault = CallFault | InterleavedAction | EventFault | RunFault | Outage;

/** Describes a fault briefly for the reader of a plan. */
export const formatFault = (fault: Fault): string => {
  const words = fault.words.join(' + ');
  if (fault.what === 'outage') return `${words}: outage from ${fault.from} s for ${fault.seconds} s`;
  const what = fault.what === 'meanwhile' ? `meanwhile ${fault.act}` : fault.what;
  const seconds = 'seconds' in fault && fault.seconds !== undefined ? ` ${fault.seconds} s` : '';
  return `${fault.to} ${words} #${fault.nth}${fault.times > 1 ? ` x${fault.times}` : ''}: ${what}${seconds}`;
};
