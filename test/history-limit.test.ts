import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calculateRetrySeconds } from '../core/waiting/interval.ts';
import { planWait } from '../core/waiting/subscription.ts';

/**
 * An execution fails when its history has 25,000 events (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). The number of events in
 * a loop is computed from the machines' definitions, and its duration from the functions that plan the waits.
 */
const maxEvents = 25_000;

interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}
type States = Record<string, State>;

const readMachine = (name: string): { TimeoutSeconds: number; States: States } =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'state-machines', `${name}.asl.json`), 'utf8'));

/**
 * The events of a task state: entered, scheduled, started, succeeded, exited; for a wait for a token also submitted; and three more for one retry:
 * failed, scheduled, started.
 */
const eventsOf = ({ Type, Resource = '' }: State): number => {
  if (Type !== 'Task') return 2;
  return Resource.startsWith('${') ? 5 + 3 : 6;
};

const successorsOf = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...[...Choices, ...Catch].map((to) => to.Next)].filter((name) => name !== undefined);

/** Returns the number of events on the longest path from a state back to itself that enters no state twice and avoids these states. */
function longestCycle(states: States, start: string, without: string[]): number {
  const walk = (name: string, seen: string[]): number => {
    const ways = successorsOf(states[name]!).map((next) => {
      if (next === start) return 0;
      return seen.includes(next) || without.includes(next) ? Number.NEGATIVE_INFINITY : walk(next, [...seen, next]);
    });
    return eventsOf(states[name]!) + Math.max(Number.NEGATIVE_INFINITY, ...ways);
  };
  return walk(start, [start]);
}

type Noise = 'quiet' | 'an event at once, always' | 'no sleep, since the table does not answer';

/** The duration of each function's invocation, in seconds. */
const functionSeconds = 1;

/** Returns how many checks are made between two times (in seconds since the start), if every wait ends in the given way. */
function countChecks(from: number, to: number, noise: Noise): number {
  let woken = false;
  let checks = 0;
  for (let at = from; at < to; checks += 1) {
    const now = new Date(at * 1000);
    const {
      subscription,
      waitSeconds,
      recheckSeconds = 0,
    } = planWait(now, { since: new Date(0), end: new Date(to * 1000) }, { key: { pk: '', sk: '' }, woken });
    woken = subscription !== undefined && noise === 'an event at once, always';
    const asleep = noise === 'no sleep, since the table does not answer' ? recheckSeconds : waitSeconds;
    at += functionSeconds + (subscription === undefined ? waitSeconds : woken ? 0 : asleep);
  }
  return checks;
}

/** Returns how often Roll Back is tried within this number of seconds, if every try fails. */
function countTries(seconds: number): number {
  let tries = 0;
  for (let at = 0; at < seconds; tries += 1)
    at += 3 * functionSeconds + calculateRetrySeconds(new Date(0), new Date(at * 1000));
  return tries;
}

const hour = 3600;
/** The events that occur once: the states before and after the loops, and a quarter of an hour of retries in each of them. */
const once = 500;
const noises: Noise[] = ['quiet', 'an event at once, always', 'no sleep, since the table does not answer'];

describe.each(['deploy', 'rollback'])('the history of %s', (name) => {
  const { States: states, TimeoutSeconds: longest } = readMachine(name);
  const check = longestCycle(states, 'Watch Rollout', ['Take Lease', 'Watch Rollback']);
  const watch = longestCycle(states, 'Watch Rollback', ['Take Lease', 'Roll Back']);
  const attempt = longestCycle(states, 'Roll Back', ['Register Revision', 'Decide Rollback', 'Watch Rollout']);
  const sleep = eventsOf(states['Wait For Rollback Event']!);

  it('is computed from the machine', () => {
    expect([check, watch, attempt].every((events) => events > 10 && events < 60)).toBe(true);
    expect(sleep).toBe(6);
  });

  it.each([0, 1, 6, 12, 24].flatMap((hours) => noises.map((noise): [hours: number, noise: Noise] => [hours, noise])))(
    'is within the limit: a rollout of %d h, then a rollback without end, each with %s',
    (hours, noise) => {
      const rest = longest - hours * hour;
      const rollout = countChecks(0, hours * hour, noise) * check;
      expect(once + rollout + countChecks(0, rest, noise) * watch, 'a rollback in progress').toBeLessThan(maxEvents);
      expect(once + rollout + countTries(rest) * attempt, 'a rollback that fails').toBeLessThan(maxEvents);
    },
  );
});
