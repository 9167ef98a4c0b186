import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planTaskWait } from '../core/release-tasks/wait.ts';
import { longestWatchMs } from '../core/rollout/pause.ts';
import { calculateLeaseWaitSeconds, calculateRetrySeconds } from '../core/waiting/interval.ts';
import { planPausedWait } from '../core/waiting/paused-wait.ts';
import { planWait } from '../core/waiting/subscription.ts';

/*
 * An execution ends when its history has 25,000 events (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). The test computes the worst case. In
 * each loop, every state uses all of its retries every time. No state takes any time, because with full jitter a retry can come at once. The loops follow one
 * another for the longest time that an execution can run.
 */
const maxEvents = 25_000;

interface State {
  Type: string;
  Resource?: string;
  Seconds?: number;
  Next?: string;
  Default?: string;
  Retry?: { MaxAttempts: number }[];
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}
type States = Record<string, State>;

const readMachine = (name: string): { TimeoutSeconds: number; States: States } =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'state-machines', `${name}.asl.json`), 'utf8'));

/**
 * Each state has the events entered and exited. Each try of a task adds scheduled, started and ended. A wait for a token or for an execution also adds
 * submitted (docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).
 */
const countEvents = ({ Type, Resource = '', Retry = [] }: State): number => {
  if (Type !== 'Task') return 2;
  const perTry = /\.(waitForTaskToken|sync:2)$/.test(Resource) ? 4 : 3;
  return 2 + perTry * (1 + Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0));
};

const listSuccessors = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...[...Choices, ...Catch].map((to) => to.Next)].filter((name) => name !== undefined);

/** Returns the number of events on the longest path from a state back to itself. The path enters no state twice, and none of these states. */
function countLongestCycle(states: States, start: string, without: string[]): number {
  const walk = (name: string, seen: string[]): number => {
    const ways = listSuccessors(states[name]!).map((next) => {
      if (next === start) return 0;
      return seen.includes(next) || without.includes(next) ? Number.NEGATIVE_INFINITY : walk(next, [...seen, next]);
    });
    return countEvents(states[name]!) + Math.max(Number.NEGATIVE_INFINITY, ...ways);
  };
  return walk(start, [start]);
}

/** Counts how often something is done in this number of seconds. `wait`: the length of the wait that begins at this time, in seconds. */
function countTimes(seconds: number, wait: (at: number) => number): number {
  let times = 0;
  for (let at = 0; at < seconds; at += Math.max(wait(at), 1)) times += 1;
  return times;
}

const noises = ['no event', 'an event at once, always', 'no sleep, since the table does not answer'] as const;
type Noise = (typeof noises)[number];

/** Returns the waits between two checks, if every wait for an event ends like this. */
function createCheckWait(noise: Noise, end: number): (at: number) => number {
  let woken = false;
  return (at) => {
    const scope = { since: new Date(0), end: new Date(end * 1000) };
    const plan = planWait(new Date(at * 1000), scope, { key: { pk: '', sk: '' }, deployment: '', woken });
    const { subscription, waitSeconds, recheckSeconds = 0 } = plan;
    woken = subscription !== undefined && noise === 'an event at once, always';
    if (subscription === undefined) return waitSeconds;
    // If an event ends the sleep at once, the sleep takes no time. So it is counted together with the next wait.
    if (woken) return recheckSeconds;
    return noise === 'no event' ? waitSeconds : recheckSeconds;
  };
}

/** The same, while a deployment waits for a person. */
function createPausedWait(noise: Noise): (at: number) => number {
  let woken = false;
  return (at) => {
    const times = { now: new Date(at * 1000), started: new Date(0), end: new Date(longestWatchMs) };
    const plan = planPausedWait(times, { key: { pk: '', sk: '' }, deployment: '', woken });
    const { subscription, waitSeconds, recheckSeconds = 0 } = plan;
    woken = subscription !== undefined && noise === 'an event at once, always';
    if (subscription === undefined) return waitSeconds;
    // If an event causes a check at once, the check takes no time. So it is counted as half of two checks in one wait.
    if (woken) return 1;
    return noise === 'no event' ? waitSeconds : recheckSeconds;
  };
}

const hour = 3600;
const leaseWait = (at: number): number => calculateLeaseWaitSeconds(at * 1000, 1e9);
const retryWait = (at: number): number => calculateRetrySeconds(new Date(0), new Date(at * 1000));
/** A try of a rollback waits at most five minutes for a lease (functions/take-lease.ts). */
const longestLeaseWait = 300;

/** The states that are in no loop, each with all of its retries. */
const countOnce = (states: States): number => Object.values(states).reduce((sum, state) => sum + countEvents(state), 0);

const { States: deploy, TimeoutSeconds: longestPaused } = readMachine('deploy');
const { States: rollback, TimeoutSeconds: longest } = readMachine('rollback');

// The tasks run in separate loops: once before the rollout is watched, and once after it is stable.
const rolloutCheck = countLongestCycle(deploy, 'Watch Rollout', [
  'Take Lease',
  'Watch Rollback',
  'Report Failure',
  'Report Pause',
  'Run Task',
  'Is Result Reported',
]);
/** A check after which CodePipeline does not answer. In this case, the next check is hours later. */
const pauseCheck = countLongestCycle(deploy, 'Watch Rollout', [
  'Take Lease',
  'Watch Rollback',
  'Report Failure',
  'Run Task',
  'Is Result Reported',
]);
const taskCheck = countLongestCycle(deploy, 'Run Task', ['Extend Deadline', 'Report Failure', 'Is Task Time Left']);
const leaseTurn = countLongestCycle(deploy, 'Take Lease', [
  'Roll Back',
  'Check Target',
  'Report Failure',
  'Is Result Reported',
]);

/**
 * A release runs up to ten tasks before and ten after its rollout. The event about the end of each task leads to one more check, which starts the next task.
 */
const taskEnds = 2 * 10;
/** Counts the checks of tasks in this number of seconds. Polling checks at least as often as waiting for events. */
const countTaskChecks = (seconds: number): number =>
  countTimes(seconds, (at) => planTaskWait({ since: new Date(0), now: new Date(at * 1000), task: '' }).waitSeconds) +
  (seconds === 0 ? 0 : taskEnds);

describe.each([
  ['deploy', deploy],
  ['rollback', rollback],
])('the loops of the rollback in %s', (_, states) => {
  const outside = ['Take Lease', 'Roll Back', 'Report Failure'];
  const check = countLongestCycle(states, 'Watch Rollback', outside);
  const attempt = countLongestCycle(states, 'Roll Back', [
    'Check Target',
    'Watch Rollout',
    'Decide Rollback',
    'Wait For Lease',
  ]);

  it('are found in the machine', () => {
    for (const events of [check, attempt, leaseTurn, rolloutCheck, taskCheck]) expect(events).toBeGreaterThan(15);
  });

  it.each(noises)('fit into an execution that does nothing else for its longest time, with %s', (noise) => {
    const events = countTimes(longest, createCheckWait(noise, longest)) * check;
    expect(countOnce(states) + events).toBeLessThan(maxEvents);
  });

  it('fit into an execution whose every try fails, and waits for the lease as long as it may', () => {
    let turns = 0;
    const tries = countTimes(longest, (at) => {
      turns += countTimes(longestLeaseWait, (waited) => leaseWait(at + waited));
      return longestLeaseWait + retryWait(at + longestLeaseWait);
    });
    expect(countOnce(states) + tries * attempt + turns * leaseTurn).toBeLessThan(maxEvents);
  });

  it('fit into an execution whose every try fails at once', () => {
    expect(countOnce(states) + countTimes(longest, retryWait) * attempt).toBeLessThan(maxEvents);
  });
});

describe('a release that waits for the lease, is watched, and is then rolled back without end', () => {
  const check = countLongestCycle(deploy, 'Watch Rollback', ['Take Lease', 'Roll Back', 'Report Failure']);
  const hours = [0, 1, 3, 6, 12, 24];
  const splits = hours.flatMap((waiting) =>
    hours
      .filter((watched) => waiting + watched <= 24)
      .flatMap((watched) => noises.map((noise) => [waiting, watched, noise] as const)),
  );
  const withTasks = splits.flatMap(([waiting, watched, noise]) =>
    hours
      .filter((running) => waiting + watched + running <= 24)
      .map((running) => [waiting, running, watched, noise] as const),
  );

  it.each(withTasks)(
    'stays below the limit: %d h, %d h of tasks, %d h and the rest, with %s',
    (waiting, running, watched, noise) => {
      const rest = longest - (waiting + running + watched) * hour;
      const events =
        countTimes(waiting * hour, leaseWait) * leaseTurn +
        countTaskChecks(running * hour) * taskCheck +
        countTimes(watched * hour, createCheckWait(noise, watched * hour)) * rolloutCheck +
        countTimes(rest, createCheckWait(noise, rest)) * check;
      expect(countOnce(deploy) + events).toBeLessThan(maxEvents);
    },
  );
});

describe('a release whose deployment waits for a person', () => {
  const days = longestWatchMs / 86_400_000;
  const rollbackCheck = countLongestCycle(deploy, 'Watch Rollback', ['Take Lease', 'Roll Back', 'Report Failure']);

  it.each(noises)('is checked a bounded number of times an hour, with %s', (noise) => {
    const wait = createPausedWait(noise);
    const perHour = (from: number) => countTimes(hour, (at) => wait(from + at)) * rolloutCheck;
    expect(perHour(0)).toBeLessThanOrEqual(60 * rolloutCheck + 2);
    expect(perHour(20 * hour)).toBeLessThanOrEqual(13 * rolloutCheck);
    expect(perHour(48 * hour)).toBeLessThanOrEqual(2 * rolloutCheck);
  });

  it.each(noises)(
    `stays below the limit in ${days} days: busy until the job has its result, and rolled back at the end, with %s`,
    (noise) => {
      const firstDay = Math.max(
        countTimes(23 * hour, createCheckWait(noise, 24 * hour)),
        countTimes(23 * hour, createPausedWait(noise)),
      );
      const [wait, unwoken] = [createPausedWait(noise), createPausedWait('no event')];
      const rest = countTimes(longestWatchMs / 1000 - 23 * hour, (at) => wait(23 * hour + at));
      const back = countTimes(2 * hour, createCheckWait(noise, 2 * hour));
      // If CodePipeline does not accept the report, the next check comes after the whole wait, because no event ends the wait.
      const undelivered = countTimes(longestWatchMs / 1000 - 23 * hour, (at) => unwoken(23 * hour + at)) * pauseCheck;
      const events = (firstDay + rest) * rolloutCheck + undelivered + back * rollbackCheck;
      expect(countOnce(deploy) + events).toBeLessThan(maxEvents);
      expect(longestPaused).toBeGreaterThan(longestWatchMs / 1000 + 2 * hour);
    },
  );
});

describe('a rollback that cannot be decided', () => {
  it('stays below the limit', () => {
    const turn = countLongestCycle(rollback, 'Decide Rollback', ['Check Decision', 'Report Failure']);
    const events = countTimes(longest, () => rollback['Wait Before Next Decision']?.Seconds ?? 0) * turn;
    expect(countOnce(rollback) + events).toBeLessThan(maxEvents);
  });
});

describe('a release whose deployment AWS does not answer about', () => {
  it('stays below the limit', () => {
    const turn = countLongestCycle(deploy, 'Watch Rollout', ['Check Verdict', 'Report Failure', 'Is Result Reported']);
    const before = countTimes(24 * hour, () => deploy['Wait For Answer']?.Seconds ?? 0);
    const after = countTimes(longest - 24 * hour, () => deploy['Wait For Outcome']?.Seconds ?? 0);
    expect(countOnce(deploy) + (before + after) * turn).toBeLessThan(maxEvents);
  });

  it.each([0, 1, 6, 24])(
    'stays below the limit if CodePipeline does not answer either, after a time limit of %d h',
    (hours) => {
      const turn = countLongestCycle(deploy, 'Watch Rollout', [
        'Check Verdict',
        'Report Failure',
        'Is Result Reported',
      ]);
      const undelivered = countLongestCycle(deploy, 'Watch Rollout', [
        'Check Verdict',
        'Is Result Reported',
        'Take Lease',
      ]);
      const before = countTimes(hours * hour, () => deploy['Wait For Answer']?.Seconds ?? 0);
      const after = countTimes(longest - hours * hour, () => deploy['Wait For Outcome']?.Seconds ?? 0);
      expect(undelivered).toBeGreaterThan(turn + countEvents(deploy['Report Failure']!));
      expect(countOnce(deploy) + before * turn + after * undelivered).toBeLessThan(maxEvents);
    },
  );

  it('stays below the limit if it is a task that AWS does not answer about', () => {
    const turn = countLongestCycle(deploy, 'Run Task', ['Check Tasks', 'Report Failure', 'Give Up Watching']);
    const events = countTimes(24 * hour, () => deploy['Wait For Task Answer']?.Seconds ?? 0) * turn;
    expect([turn, countOnce(deploy) + events < maxEvents]).toEqual([expect.any(Number), true]);
    expect(turn).toBeGreaterThan(10);
  });
});

describe('an entry machine', () => {
  it('stays below the limit, although Step Functions cannot wait and it reads the execution itself', () => {
    const { States: entry, TimeoutSeconds } = readMachine('entry');
    const turn = countLongestCycle(entry, 'Describe Execution', ['Start Execution']);
    expect(turn).toBeGreaterThan(15);
    const events = countTimes(TimeoutSeconds, () => entry['Wait For Execution']?.Seconds ?? 0) * turn;
    expect(countOnce(entry) + events).toBeLessThan(maxEvents);
    expect(TimeoutSeconds).toBeGreaterThan(longest);
  });
});
