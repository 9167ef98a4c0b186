import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { narrowDifference, toAwsTime, unknownDifference } from '../../cli/aws-clock.ts';
import { formatElapsed } from '../../cli/clock-text.ts';
import { createLineFilter } from '../../cli/line-filter.ts';
import { formatLiveLines } from '../../cli/live-lines.ts';
import { createLivePrinter } from '../../cli/live-printer.ts';
import { initialState, trackEvent } from '../../cli/live-state.ts';
import { openTerminal } from '../../cli/terminal.ts';
import type { WatchEvent } from '../../cli/watch-event.ts';
import { measureWidth } from '../../cli/wrap-text.ts';

const start = Date.parse('2026-11-23T09:00:00Z');
const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const deployment = (name: string, status: string, running: number, desired = 4) => ({
  taskDefinition: `arn:aws:ecs:eu-west-1:222222222222:task-definition/${name}`,
  status,
  desired,
  running,
  pending: 0,
  failed: 0,
});

const state = (name: string, seconds = 0): WatchEvent => ({ at: time(seconds), type: 'state', name });
const rollingOut: WatchEvent[] = [
  state('Check Target'),
  state('Wait For Event', 10),
  {
    at: time(12),
    type: 'tasks',
    deployments: [deployment('web:13', 'PRIMARY', 1), deployment('web:12', 'ACTIVE', 4, 0)],
  },
];
const baking: WatchEvent = { at: time(60), type: 'bake', stableAt: time(60), until: time(1500), watches: 'alarms' };

const display = (events: WatchEvent[], { seconds = 65, silentMs = 0, columns = 80, rows = 24 } = {}): string[] =>
  formatLiveLines(events.reduce(trackEvent, initialState), { now: start + seconds * 1000, silentMs }, { columns, rows })
    .map(stripVTControlCharacters)
    .map((line) => line.trimEnd());

it.each<[string, WatchEvent[]]>([
  ['the start', []],
  ['a note about the start', [{ at: time(-2300), type: 'note', message: 'A hook waits.' }]],
])('the time since the start is counted by the clock of AWS, which does not date %s', (_, notes) => {
  const started: WatchEvent = { at: time(-2300), type: 'started', execution: '', entry: '', input: {} };
  const { start: counted } = [started, ...notes, state('Continue Deployment')].reduce(trackEvent, initialState);
  expect(counted).toBe(start);
});

describe('the live display', () => {
  it.each<[string, string[], string[]]>([
    [
      'a rollout',
      display(rollingOut),
      [
        '',
        '  old  web:12  ████████████████████  4 left',
        '  new  web:13  █████···············  1/4',
        '  1:05 · Wait For Event · Ctrl-C only stops watching',
      ],
    ],
    [
      'the bake time, with its end and what is left of it',
      display([state('Watch Rollout'), baking]),
      ['', '  1:05 · Stable, watching alarms until 09:25 UTC (23:55 left)'],
    ],
    [
      'the state after the bake time',
      display([baking, { at: time(70), type: 'verdict', outcome: 'stable', message: '' }, state('Report Success')]),
      ['', '  0:05 · Report Success · Ctrl-C only stops watching'],
    ],
    [
      'that AWS is silent',
      display([state('Check Target')], { silentMs: 120_000 }),
      ['', '  1:05 · AWS has not answered for 2:00'],
    ],
    [
      'a narrow terminal, without bars',
      display(rollingOut, { columns: 30 }),
      ['', '  old  web:12  4 left', '  new  web:13  1/4', '  1:05 · Wait For Event'],
    ],
    ['a terminal of two lines', display(rollingOut, { rows: 2 }), [display(rollingOut).at(-1)!]],
  ])('shows %s', (_, lines, expected) => {
    expect(lines).toEqual(expected);
  });

  it.each([1, 2, 10, 20, 39, 40, 59, 60, 80, 160])(
    'never fills the last of %i columns, so that no line wraps',
    (columns) => {
      const long = state(`A state with a long name: ${'日本'.repeat(30)}`, 20);
      for (const line of display([...rollingOut, long], { columns }))
        expect(measureWidth(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
    },
  );
});

/** Prints on a terminal of this width, and returns all output since the last call. */
function startPrinter(columns: number) {
  let out = '';
  const size = { columns, rows: 24 };
  const print = createLivePrinter(
    {
      out(text) {
        out += text;
      },
    },
    { canRedraw: true, size: () => size, every: () => () => undefined },
  );
  const take = () => {
    const taken = out;
    out = '';
    return taken;
  };
  return { print, take, size };
}

const esc = '\u001b';

describe('the live printer', () => {
  it('redraws the clock with each tick, without another line', () => {
    const { print, take } = startPrinter(80);
    rollingOut.forEach(print);
    take();
    print.refresh!({ now: start + 70_000, silentMs: 0 });
    const out = take();
    expect(out.startsWith(`${esc}[4A\r${esc}[J`)).toBe(true);
    expect(out).toContain('1:10 · Wait For Event');
  });

  it('erases the lines that a terminal has wrapped after it became narrower', () => {
    const { print, take, size } = startPrinter(80);
    rollingOut.forEach(print);
    take();
    size.columns = 40;
    print.refresh!({ now: start + 70_000, silentMs: 0 });
    // An empty line, two bars of 43 and 38 columns, and a line of 66.
    expect(take().startsWith(`${esc}[6A`)).toBe(true);
  });

  it('draws nothing before the first event and after the end', () => {
    const { print, take } = startPrinter(80);
    print.refresh!({ now: start, silentMs: 0 });
    expect(take()).toBe('');
    print(state('Check Target'));
    print({ at: time(5), type: 'stopped', execution: 'x', message: 'Stopped watching.', exitCode: 130 });
    expect(take()).toMatch(/Stopped watching\.\s*$/);
    print.refresh!({ now: start, silentMs: 0 });
    expect(take()).toBe('');
  });
});

describe("AWS's clock", () => {
  const hour = 3_600_000;
  it.each([
    ['nothing is known', [], 0],
    [
      'both clocks are equal',
      [
        { at: -1000, answered: 0 },
        { at: 500, notBefore: 0, answered: 2000 },
      ],
      0,
    ],
    ["AWS's clock is an hour ahead", [{ at: hour - 1000, answered: 0 }], hour - 1000],
    [
      'the local clock is an hour ahead',
      [
        { at: -hour - 1000, answered: 0 },
        { at: 1000 - hour, notBefore: 0, answered: 2000 },
      ],
      1000 - hour,
    ],
    ['an old execution says nothing', [{ at: -hour, answered: 0 }], 0],
  ])('is read from the times that AWS reports: %s', (_, times, expected) => {
    expect(toAwsTime(0, times.reduce(narrowDifference, unknownDifference))).toBe(expected);
  });
});

describe('the end of an execution', () => {
  const verdict: WatchEvent = {
    at: time(1),
    type: 'verdict',
    outcome: 'failed',
    message: 'It crashed.\nStopped tasks: 2.',
  };
  it.each([
    ['It crashed.\nIt was rolled back.\nStopped tasks: 2.', 'It was rolled back.'],
    ['It crashed.\nStopped tasks: 2.', 'The reason is above.'],
    ['Another reason.', 'Another reason.'],
  ])('says "%s" without what the verdict said', (message, expected) => {
    const filter = createLineFilter();
    filter(verdict);
    const ended = {
      at: time(2),
      type: 'ended',
      execution: 'x',
      status: 'FAILED',
      result: 'JobFailed',
      exitCode: 1,
    } as const;
    expect(filter({ ...ended, message })).toMatchObject({ message: expected });
  });
});

it('a sentence that ECS repeats is printed once, until it says something else', () => {
  const select = createLineFilter();
  const said = ['registered 1 targets', 'registered 1 targets', 'is steady', 'registered 1 targets'];
  const events = said.map((message): WatchEvent => ({ at: time(1), type: 'event', message }));
  expect(events.map(select).map((event) => event !== undefined)).toEqual([true, false, true, true]);
});

describe('a terminal', () => {
  it.each([
    ['is one', { isTTY: true, columns: 100, rows: 30 }, {}, { columns: 100, rows: 30 }],
    ['without a size has that of a VT100', { isTTY: true }, {}, { columns: 80, rows: 24 }],
    ['that reports 0 columns has that of a VT100', { isTTY: true, columns: 0, rows: 0 }, {}, { columns: 80, rows: 24 }],
    ['with NO_COLOR is one', { isTTY: true, columns: 9, rows: 9 }, { NO_COLOR: '1' }, { columns: 9, rows: 9 }],
    ['that cannot move its cursor has a width', { isTTY: true }, { TERM: 'dumb' }, { columns: 80, rows: 24 }],
    ['in CI is none', { isTTY: true }, { CI: 'true' }, undefined],
    ['with CI=false is one', { isTTY: true }, { CI: 'false' }, { columns: 80, rows: 24 }],
    ['is no pipe', {}, {}, undefined],
  ])('%s', (_, stream, env, expected) => {
    expect(openTerminal(stream, env)?.size()).toEqual(expected);
    expect(openTerminal(stream, env)?.canRedraw ?? false).toBe(expected !== undefined && !('TERM' in env));
  });
});

it.each([
  [0, '0:00'],
  [65_999, '1:05'],
  [3_599_000, '59:59'],
  [3_600_000, '1:00:00'],
  [90_061_000, '25:01:01'],
  [-5000, '0:00'],
])('%i ms are shown as %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});
