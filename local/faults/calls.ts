import type { Asked, Cloud, Faults, Ran } from '../cloud.ts';
import type { Misbehavior } from '../faults.ts';
import { counted } from './counted.ts';
import { Dropped } from './dropped.ts';
import type { CallFault, Fault, Meanwhile, Outage } from './fault.ts';
import { expired, throttled, unavailable } from './refusals.ts';

/** The invocations that run, by request id, those that were killed, and how one is. `began`: simulated ms. */
export interface Lives {
  running: Map<string, Ran>;
  dead: Set<string>;
  kill: Map<string, () => void>;
  began: number;
}

type Go = () => Promise<unknown>;

export const isOutage =
  (to: Outage['to']) =>
  (fault: Fault): fault is Outage =>
    fault.to === to && fault.what === 'outage';

const isCallFault = (fault: Fault): fault is CallFault | Meanwhile => fault.to === 'call' && fault.what !== 'outage';

/** Whether an outage is on that concerns what is known by this text. */
export const isOut = ({ clock }: Cloud, { began }: Lives, text: string) => {
  const seconds = (clock.now() - began) / 1000;
  return ({ words, from, seconds: length }: Outage): boolean =>
    seconds >= from && seconds < from + length && words.every((word) => text.includes(word));
};

/** Who calls, for calls that no function makes: the role, and its session's name. */
const sessionOf = ({ as }: Asked): string => as.caller.arn.split('/').slice(1).join('/');

/** The hook of `cloud.invoke`. */
export function callFaults(cloud: Cloud, misbehavior: Misbehavior, lives: Lives): Faults['call'] {
  const { schedule, acts = {}, allows = () => true, watch } = misbehavior;
  const due = counted(schedule.filter(isCallFault));
  const outages = schedule.filter(isOutage('call'));
  return async (asked, go) => {
    if (asked.as.caller.arn.endsWith(':user/admin')) return go();
    const requestId = asked.as.trace?.replace('Root=', '') ?? '';
    if (lives.dead.has(requestId)) throw new Dropped();
    const by = lives.running.get(requestId);
    const text = `${asked.service} ${asked.operation} ${by?.name ?? sessionOf(asked)} ${by?.payload ?? ''}`;
    if (outages.some(isOut(cloud, lives, text))) throw unavailable(asked.service);
    if (!allows(asked)) throw throttled(asked.service);
    const effect = watch === undefined ? go : () => watch(asked, by, go);
    const stricken = due(text).reduce<Go>(
      (next, fault) => () => strike(fault, next, { cloud, asked, requestId, lives, acts }),
      effect,
    );
    return stricken();
  };
}

interface Scene {
  cloud: Cloud;
  asked: Asked;
  requestId: string;
  lives: Lives;
  acts: NonNullable<Misbehavior['acts']>;
}

const wait = ({ clock }: Cloud, seconds = 0): Promise<void> =>
  clock.pause(new Promise((resolve) => void clock.after(seconds * 1000, resolve)));

/** Only a call of a function has a connection to lose and a caller to kill; any other finds the service unavailable. */
const lost = ({ asked, requestId }: Scene): Error => (requestId === '' ? unavailable(asked.service) : new Dropped());

const kill = ({ lives, requestId }: Scene): void => {
  if (requestId === '') return;
  lives.dead.add(requestId);
  lives.kill.get(requestId)?.();
};

async function strike(fault: CallFault | Meanwhile, go: Go, scene: Scene): Promise<unknown> {
  const { service } = scene.asked;
  switch (fault.what) {
    case 'throttled':
      throw throttled(service);
    case 'unavailable':
      throw unavailable(service);
    case 'expired':
      throw expired();
    case 'meanwhile':
      await scene.acts[fault.act]?.(scene.asked);
      return go();
    case 'lost before':
      throw lost(scene);
    case 'killed before':
      kill(scene);
      throw lost(scene);
    case 'late effect':
      await wait(scene.cloud, fault.seconds);
      return go();
    default:
      return afterEffect(fault, await go(), scene);
  }
}

/** The call has had its effect, and then. */
async function afterEffect({ what, seconds }: CallFault, answer: unknown, scene: Scene): Promise<unknown> {
  if (what === 'late answer') {
    await wait(scene.cloud, seconds);
    return answer;
  }
  if (what === 'killed after') kill(scene);
  throw lost(scene);
}
