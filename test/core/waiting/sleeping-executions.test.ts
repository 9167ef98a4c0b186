import { describe, expect, it } from 'vitest';
import {
  findExecutionsToWake,
  listAttributesToRemove,
  parseSleepingExecutions,
} from '../../../core/waiting/sleeping-executions.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 23, 9) + seconds * 1000).toISOString();
const sleeper = (seconds: number, deployment = 'ecs-svc/1') => ({
  token: `token of ${seconds}`,
  looked: at(seconds),
  deployment,
});
const [a, b] = ['arn:a', 'arn:b'];
const item = { pk: 'service#web', sk: 'watch', noticed: at(0), [a]: sleeper(10) };
const woken = (given: Record<string, unknown>, begun?: string, seconds = 30) =>
  findExecutionsToWake(given, begun, new Date(at(seconds))).map(({ arn }) => arn);

describe('an event wakes', () => {
  it.each<[who: string, item: Record<string, unknown>, begun: string | undefined, names: string[]]>([
    ['a sleeping execution', item, undefined, [a]],
    ['all sleeping executions', { ...item, [b]: sleeper(12) }, undefined, [a, b]],
    ['no execution if none ever slept', {}, undefined, []],
    ['no execution that an earlier event woke', { ...item, noticed: at(20) }, undefined, []],
    ['an execution that fell asleep since then', { ...item, noticed: at(20), [b]: sleeper(25) }, undefined, [b]],
    ['no execution that watches the started deployment', item, 'ecs-svc/1', []],
    ['an execution that watches another deployment than the started one', item, 'ecs-svc/2', [a]],
    [
      'no execution that the start of another deployment woke',
      { ...item, began: at(20), begun: 'ecs-svc/2' },
      undefined,
      [],
    ],
    [
      'an execution that slept through the start of its own deployment',
      { ...item, began: at(20), begun: 'ecs-svc/1' },
      undefined,
      [a],
    ],
    [
      'no attribute that is not a sleeping execution',
      { ...item, 'arn:c': 'a text', other: sleeper(10) },
      undefined,
      [a],
    ],
  ])('%s', (_, given, begun, names) => {
    expect(woken(given, begun)).toEqual(names);
  });

  it('no execution whose sleep has timed out', () => {
    expect(woken(item, undefined, 160)).toEqual([a]);
    expect(woken(item, undefined, 161)).toEqual([]);
  });
});

describe('expired attributes', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, of) => [`arn:${of}`, sleeper(of)]));

  it.each([
    ['are kept up to eight', 8, 1000, 0],
    ['are removed if there are more', 9, 1000, 9],
    ['are not removed before they expire', 9, 100, 0],
  ])('%s', (_, count, seconds, cleared) => {
    expect(listAttributesToRemove(many(count), new Date(at(seconds)))).toHaveLength(cleared);
    expect(parseSleepingExecutions(many(count))).toHaveLength(count);
  });
});
