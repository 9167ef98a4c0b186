import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatEventLine } from '../../cli/event-lines.ts';
import { summarizeEnd } from '../../cli/execution-end.ts';
import { formatDuration, formatHistoryTable, formatMetrics } from '../../cli/history-table.ts';
import { createLineFilter } from '../../cli/line-filter.ts';
import { formatAge } from '../../cli/target-status-lines.ts';
import { formatTaskBars, formatTasksLine } from '../../cli/task-bars.ts';
import type { WatchEvent } from '../../cli/watch-event.ts';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';

const revision = (name: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${name}`;
const tasks = (
  name: string,
  status: string,
  counts: [desired: number, running: number, pending: number, failed: number],
) => {
  const [desired, running, pending, failed] = counts;
  return { taskDefinition: revision(name), status, desired, running, pending, failed };
};

describe('the bars', () => {
  it.each([
    ['of a steady service', [tasks('web:12', 'PRIMARY', [4, 4, 0, 0])], ['new  web:12  ████████████████████  4/4']],
    [
      'of two deployments, the newest last',
      [tasks('web:13', 'PRIMARY', [4, 1, 2, 0]), tasks('web:9', 'ACTIVE', [0, 3, 0, 0])],
      ['old  web:9   ███████████████·····  3 left', 'new  web:13  █████▒▒▒▒▒▒▒▒▒▒·····  1/4, 2 starting'],
    ],
    ['that failed', [tasks('web:13', 'PRIMARY', [2, 0, 0, 3])], ['new  web:13  ····················  0/2, 3 failed']],
    ['of a service scaled to 0', [tasks('web:1', 'PRIMARY', [0, 0, 0, 0])], ['new  web:1  ····················  0/0']],
    ['of a service without deployments', [], []],
  ])('show tasks %s', (_, deployments, lines) => {
    expect(formatTaskBars(deployments)).toEqual(lines);
  });

  it('become one line for output that is not a terminal', () => {
    const deployments = [tasks('web:13', 'PRIMARY', [2, 1, 1, 0]), tasks('web:12', 'ACTIVE', [0, 2, 0, 0])];
    expect(formatTasksLine(deployments)).toBe('old web:12 2 left · new web:13 1/2, 1 starting');
  });
});

const at = '2026-11-23T09:01:05.000Z';
const start = Date.parse('2026-11-23T09:00:00Z');
const rollbackExecution = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-rollback:test_manual';
const rollbackEnd = { at, type: 'ended', execution: rollbackExecution, status: '', message: 'It is back.' } as const;

describe('the lines for a person', () => {
  it('leave out the verdict of a rollback, which repeats why it was started', () => {
    const omit = createLineFilter();
    const message = 'Requested by ada. test/web rolls back to web:2.';
    expect(omit({ at, type: 'note', message })).toBeDefined();
    expect(omit({ at, type: 'verdict', outcome: 'failed', message })).toBeUndefined();
    expect(omit({ at, type: 'verdict', outcome: 'failed', message: 'It crashed.' })).toBeDefined();
  });
});

describe('the line', () => {
  it.each<[WatchEvent, string]>([
    [{ at, type: 'state', name: 'Check Target' }, '  1:05  Check Target'],
    [{ at, type: 'warning', message: 'It is late.' }, '  1:05  Warning: It is late.'],
    [{ at, type: 'verdict', outcome: 'stable', message: '' }, '  1:05  Verdict: stable'],
    [{ at, type: 'verdict', outcome: 'failed', message: 'It crashed.' }, '  1:05  Verdict: failed. It crashed.'],
    [
      {
        at,
        type: 'ended',
        execution: 'x',
        status: 'FAILED',
        result: 'JobFailed',
        message: 'No.\nIt is back.',
        exitCode: 1,
      },
      '  1:05  JobFailed. No.\n        It is back.',
    ],
    [
      { at, type: 'started', execution: rollbackExecution, entry: '', input: {} },
      '  1:05  Started the rollback test_manual',
    ],
    [{ ...rollbackEnd, result: 'Succeeded', exitCode: 0 }, '  1:05  Rollback succeeded. It is back.'],
    [{ ...rollbackEnd, result: 'JobFailed', exitCode: 1 }, '  1:05  Rollback failed (JobFailed). It is back.'],
    [{ ...rollbackEnd, result: 'RevisionOutOfSync', exitCode: 3 }, '  1:05  Rollback superseded. It is back.'],
    [
      { ...rollbackEnd, result: 'Succeeded', done: 'nothing', exitCode: 0 },
      '  1:05  Nothing to roll back. It is back.',
    ],
  ])('of the event %j starts with the elapsed time', (event, line) => {
    expect(stripVTControlCharacters(formatEventLine(event, start))).toBe(line);
  });

  it.each([
    [80, '  1:05  (service web) has started 2 tasks: (task 0a1b2c3d) (task 4e5f6071).'],
    [20, '1:05 (service web)\n  has started 2\n  tasks: (task\n  0a1b2c3d) (task\n  4e5f6071).'],
    [60, '  1:05  (service web) has started 2 tasks: (task 0a1b2c3d)\n        (task 4e5f6071).'],
    [undefined, '  1:05  (service web) has started 2 tasks: (task 0a1b2c3d) (task 4e5f6071).'],
  ])('of an event is wrapped between words and indented in %s columns, with short ids', (columns, line) => {
    const id = '0a1b2c3d'.padEnd(32, '0');
    const other = `arn:aws:ecs:eu-west-1:222222222222:task/web-shop/${'4e5f6071'.padEnd(32, '0')}`;
    const event: WatchEvent = {
      at,
      type: 'event',
      message: `(service web) has started 2 tasks: (task ${id}) (task ${other}).`,
    };
    expect(stripVTControlCharacters(formatEventLine(event, start, columns))).toBe(line);
  });
});

describe('the end of an execution', () => {
  it.each([
    [{ status: 'SUCCEEDED', output: '{"report":{"type":"Succeeded","message":"web:13 runs."}}' }, 0, 'web:13 runs.'],
    [
      { status: 'SUCCEEDED', output: '{"decision":{"do":"nothing","reason":"It is back already."}}' },
      0,
      'It is back already.',
    ],
    [{ status: 'FAILED', error: 'JobFailed', cause: 'It crashed.' }, 1, 'It crashed.'],
    [{ status: 'FAILED', error: 'PermissionError', cause: 'No.' }, 1, 'No.'],
    [{ status: 'FAILED', error: 'ConfigurationError', cause: 'No such container.' }, 2, 'No such container.'],
    [{ status: 'FAILED', error: 'RevisionOutOfSync', cause: 'Another one runs.' }, 3, 'Another one runs.'],
    [{ status: 'ABORTED' }, 1, 'The execution ended ABORTED; it gave no reason.'],
    [{ status: 'TIMED_OUT' }, 1, 'The execution ended TIMED_OUT; it gave no reason.'],
  ])('%j gives exit code %i', (ended, exitCode, message) => {
    expect(summarizeEnd(ended)).toMatchObject({ exitCode, message });
  });
});

describe('the time of a line', () => {
  it.each([0, 3599, 3600, 35_999])('leaves the text of an event after %i s in the same column', (seconds) => {
    const line = formatEventLine({ at, type: 'note', message: 'text' }, Date.parse(at) - seconds * 1000, 80);
    expect(stripVTControlCharacters(line).indexOf('text')).toBe(8);
  });
});

describe('durations:', () => {
  it.each([
    [0, '0 s'],
    [45.4, '45 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [187_200, '2 d 4 h'],
    [86_405, '1 d'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    ['2026-11-23T09:00:30Z', '1 min ago'],
    ['2026-11-23T07:01:05Z', '2 h ago'],
    ['2026-11-13T09:01:05Z', '10 days ago'],
    ['2026-11-23T09:59:00Z', '0 min ago'],
  ])('a start at %s is shown as %s', (since, text) => {
    expect(formatAge(since, at)).toBe(text);
  });
});

const entry: LedgerEntry = {
  version: '1',
  kind: 'deploy',
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:one',
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'web-shop', name: 'web' },
  source: { type: 'pipeline', name: 'web-shop' },
  commit: { id: '0123456789abcdef' },
  images: [],
  before: revision('web:12'),
  after: revision('web:13'),
  start: '2026-11-23T09:00:00.000Z',
  end: '2026-11-23T09:03:20.000Z',
  result: 'Succeeded',
  reason: 'web:13 runs.',
};

describe('the history', () => {
  it('is a table with the reasons below the entries', () => {
    const rolledBack: LedgerEntry = {
      ...entry,
      commit: undefined,
      source: { type: 'hand', by: 'arn:aws:iam::111111111111:user/ada', reason: 'a fix' },
      result: 'RolledBack',
      reason: 'It crashed.\nMore of that.',
    };
    const running: LedgerEntry = { ...entry, after: undefined, end: undefined, result: undefined, reason: undefined };
    expect(formatHistoryTable([running, rolledBack, entry]).map(stripVTControlCharacters)).toEqual([
      'START (UTC)       KIND    RESULT       REVISION         TOOK        COMMIT   FROM',
      '2026-11-23 09:00  deploy  in progress  web:12 → -                   0123456  web-shop',
      '2026-11-23 09:00  deploy  RolledBack   web:12 → web:13  3 min 20 s           ada',
      '    why: a fix',
      '    It crashed.',
      '2026-11-23 09:00  deploy  Succeeded    web:12 → web:13  3 min 20 s  0123456  web-shop',
    ]);
  });

  it('shows the last column below the rows on a terminal that is too narrow for it', () => {
    const long = { ...entry, source: { type: 'pipeline' as const, name: 'a-pipeline-with-a-long-name' } };
    expect(formatHistoryTable([long], 80).map(stripVTControlCharacters)).toEqual([
      'START (UTC)       KIND    RESULT     REVISION         TOOK        COMMIT',
      '2026-11-23 09:00  deploy  Succeeded  web:12 → web:13  3 min 20 s  0123456',
      '    from: a-pipeline-with-a-long-name',
    ]);
  });

  it('says that nothing has been deployed if the ledger is empty', () => {
    expect(formatHistoryTable([])).toEqual(['Nothing has been deployed yet.']);
  });

  it('shows the four metrics, and "unknown" for a metric without data', () => {
    expect(formatMetrics({ deploymentsPerWeek: 2.345, leadTimeSeconds: 3600, failureRate: 0.126 }, 90)).toEqual([
      'Over the last 90 days:',
      '  deployments per week             2.3',
      '  lead time                        1 h',
      '  change failure rate              13 %',
      '  failed deployment recovery time  unknown',
    ]);
  });
});
