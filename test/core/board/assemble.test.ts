import { expect, it } from 'vitest';
import { assembleBoard } from '../../../core/board/assemble.ts';
import type { ServiceObservation } from '../../../core/board/observations.ts';
import { config, contextWith, entry, observation, readAt } from './facts.ts';

const assemble = (services: ServiceObservation[]) =>
  assembleBoard({ ...contextWith(), services, problems: [] }, config, 'production');
const entries = [entry('b', [100, 200], { result: 'Failed' }), entry('a', [-60, 60])];

it('columns are targets in the order of the configuration, and services of one name share a row', () => {
  const { columns, rows } = assemble([observation('prod/web', { entries: [] }), observation('test/web', { entries })]);
  expect(columns.map(({ id }) => id)).toEqual(['test', 'prod']);
  expect(rows.map(({ id, cells }) => [id, Object.keys(cells)])).toEqual([['web', ['test', 'prod']]]);
});

it('the newest entries of all services come first, and the metrics count each target and all', () => {
  const { latest, metrics } = assemble([observation('test/web', { entries }), observation('prod/web')]);
  expect(latest.map(({ target, result }) => `${target} ${result}`)).toEqual([
    'test/web Failed',
    'test/web Succeeded',
    'prod/web Succeeded',
  ]);
  expect(metrics.map(({ column, deployments, failureRate }) => [column, deployments, failureRate])).toEqual([
    [undefined, 3, 1 / 3],
    ['test', 2, 0.5],
    ['prod', 1, 0],
  ]);
  const day = metrics[1]?.daily.at(-1);
  expect(metrics[1]?.daily).toHaveLength(90);
  expect(day).toMatchObject({ day: '2026-11-23', succeeded: 1, failed: [latest[0]?.id] });
});

it('every text of other people is printable, whichever field it is in', () => {
  const hostile = '\u001b[31m<script>\u202e\u0000';
  const services = [
    observation('test/web', {
      entries: [
        entry('a', [-60, 60], {
          reason: hostile,
          result: 'Failed',
          source: { type: 'hand', by: hostile, reason: hostile },
          commit: { id: hostile, summary: hostile },
        }),
      ],
      approvals: [{ pipeline: hostile, stage: hostile, action: hostile, readAt }],
      alarms: { readAt, value: [{ name: hostile, state: 'ALARM', reason: hostile }] },
      service: { events: [{ at: new Date(readAt), message: hostile }] },
    }),
  ];
  const text = JSON.stringify(assemble(services));
  expect(text).toContain('<script>');
  // A control character in a text is written with one backslash in JSON, and an escaped one with two.
  expect(text).not.toMatch(/(?<!\\)\\u|\u202e/);
});

it('a ledger of 1000 entries in each of 40 services is assembled in a second', () => {
  const many = Array.from({ length: 1000 }, (_, at) =>
    entry('abcdef'[at % 6]!, [-1000 * at, -1000 * at + 500], at % 7 === 0 ? { kind: 'rollback' } : {}),
  );
  const services = Array.from({ length: 40 }, (_, at) =>
    observation(at % 2 ? 'test/web' : 'prod/web', { entries: [...many] }),
  );
  const begun = process.cpuUsage();
  const board = assemble(services);
  const { user } = process.cpuUsage(begun);
  expect(board.latest).toHaveLength(30);
  expect(user / 1000).toBeLessThan(5000);
});
