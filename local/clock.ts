import TinyQueue from 'tinyqueue';

/**
 * The clock of the embedded AWS. Nothing in `local/` reads wall-clock time: deployments, waits, expiry and schedules all use
 * this clock, which either runs at a multiple of wall-clock speed or jumps from one timer to the next.
 */
export interface Clock {
  /** Milliseconds since 1970, simulated. */
  now(): number;
  /** Calls `act` after this many simulated milliseconds; the returned function cancels it. */
  after(ms: number, act: () => void): () => void;
  /** While any such promise is pending, a jumping clock stands still. Examples: a call in flight, a running function, a build. */
  freezeDuring<T>(work: Promise<T>): Promise<T>;
  /** The opposite of `freezeDuring`, for use inside such work: time passes while this promise is pending. */
  unfreezeDuring<T>(waiting: Promise<T>): Promise<T>;
  /** [simulated ms at the last change, wall-clock ms at the last change, speed]: worker threads derive the same time from it. */
  sharedTime: Float64Array;
}

/** Reads the time from a clock's shared numbers. A worker thread has only these numbers, and passes its own wall-clock time. */
export const readSharedTime = (shared: Float64Array, wallNow = Date.now()): number => {
  const [simulated = 0, wall = 0, speed = 0] = shared;
  return simulated + (wallNow - wall) * speed;
};

const createSharedTime = (start: number, speed: number): Float64Array => {
  const shared = new Float64Array(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT));
  shared.set([start, Date.now(), speed]);
  return shared;
};

/** Longest delay of a Node timer, 2^31 - 1 ms; a longer one would fire immediately (nodejs.org/api/timers.html). */
const longestTimerMs = 2 ** 31 - 1;

/** Creates a clock on which `speed` simulated seconds pass in each wall-clock second. */
export function createScaledClock(speed: number, start = Date.now()): Clock {
  const shared = createSharedTime(start, speed);
  return {
    sharedTime: shared,
    now: () => readSharedTime(shared),
    after(ms, act) {
      const timer = setTimeout(act, Math.min(Math.max(ms, 0) / speed, longestTimerMs));
      return () => clearTimeout(timer);
    },
    freezeDuring: (work) => work,
    unfreezeDuring: (waiting) => waiting,
  };
}

export interface JumpingClock extends Clock {
  /**
   * Lets time pass until `done` returns true. The clock stands still while `done` runs. Throws if no timer is left or `limitMs` of simulated time have passed.
   */
  advanceUntil(done: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
}

interface Timer {
  at: number;
  act: () => void;
}

/** Timers by due time. Timers that are due at the same time stay in the order in which they were set. */
function createTimerQueue() {
  const queue = new TinyQueue<Timer & { order: number }>([], (a, b) => a.at - b.at || a.order - b.order);
  const cancelled = new WeakSet<Timer>();
  let order = 0;
  return {
    add(timer: Timer): () => void {
      const added = { ...timer, order: order++ };
      queue.push(added);
      return () => void cancelled.add(added);
    },
    /** Returns the next timer that is not cancelled, and leaves it in the queue. */
    peek(): Timer | undefined {
      for (;;) {
        const next = queue.peek();
        if (next === undefined || !cancelled.has(next)) return next;
        queue.pop();
      }
    },
    pop: () => queue.pop(),
  };
}

/** Waits for turns of the event loop. After them, every promise that can settle has settled, including those of socket I/O. */
const settlePromises = async (turns = 3): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Creates a clock that stands still except in `advanceUntil`, where it jumps to the next timer once no work is pending. */
export function createJumpingClock(start = Date.parse('2026-11-23T09:00:00Z')): JumpingClock {
  const shared = createSharedTime(start, 0);
  const timers = createTimerQueue();
  const now = (): number => shared[0] ?? 0;
  let working = 0;
  let pausing = 0;

  const idle = async (): Promise<void> => {
    do await settlePromises(pausing > 0 ? 30 : 3);
    while (working > 0 && pausing === 0);
  };
  const fire = (timer: Timer): void => {
    timers.pop();
    shared[0] = Math.max(now(), timer.at);
    timer.act();
  };

  return {
    sharedTime: shared,
    now,
    after: (ms, act) => timers.add({ at: now() + Math.max(ms, 0), act }),
    freezeDuring(work) {
      working += 1;
      return work.finally(() => {
        working -= 1;
      });
    },
    unfreezeDuring(waiting) {
      pausing += 1;
      return waiting.finally(() => {
        pausing -= 1;
      });
    },
    async advanceUntil(done, limitMs = 25 * 3_600_000) {
      const end = now() + limitMs;
      for (;;) {
        await idle();
        if (await done()) return;
        const timer = timers.peek();
        if (timer === undefined) throw new Error('nothing is left to do, and it is not done');
        if (timer.at > end) throw new Error(`not done after ${limitMs / 1000} simulated seconds`);
        fire(timer);
      }
    },
  };
}
