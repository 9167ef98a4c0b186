/** What may happen to a call: refused before its effect, or its answer lost, late or never heard because the caller died. */
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

/** Which calls, runs or events: those whose text has all of `words`, from the `nth` (1 is the first) on, so many `times`. */
export interface FaultMatch {
  words: string[];
  nth: number;
  times: number;
}

/** A call is known as `service Operation function payload`; function and payload are those of the invocation that makes it. Where none does, the role stands in the function's place. */
export type CallFault = FaultMatch & { to: 'call'; what: CallFaultKind; seconds?: number };

/** Something that others do, by its name among the actions of the plan, just before a call. */
export type InterleavedAction = FaultMatch & { to: 'call'; what: 'meanwhile'; act: string };

/** An event is known as `source detail-type detail`. */
export type EventFault = FaultMatch & { to: 'event'; what: 'never' | 'twice' | 'late'; seconds?: number };

/** A run is known as `function payload`. */
export type RunFault = FaultMatch & { to: 'run'; what: 'never' | 'twice' | 'late' | 'dies'; seconds?: number };

/** All calls or runs with these words fail from `from` seconds after the start, for so many seconds: a table that fails over, a poller that is lost. */
export interface Outage {
  to: 'call' | 'run';
  what: 'outage';
  words: string[];
  from: number;
  seconds: number;
}

export type Fault = CallFault | InterleavedAction | EventFault | RunFault | Outage;

/** In a word or two, for a person who reads a schedule. */
export const formatFault = (fault: Fault): string => {
  const words = fault.words.join(' + ');
  if (fault.what === 'outage') return `${words}: outage from ${fault.from} s for ${fault.seconds} s`;
  const what = fault.what === 'meanwhile' ? `meanwhile ${fault.act}` : fault.what;
  const seconds = 'seconds' in fault && fault.seconds !== undefined ? ` ${fault.seconds} s` : '';
  return `${fault.to} ${words} #${fault.nth}${fault.times > 1 ? ` x${fault.times}` : ''}: ${what}${seconds}`;
};
