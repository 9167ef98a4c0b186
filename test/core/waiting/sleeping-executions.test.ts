import { describe, expect, it } from 'vitest';
import {
  findExecutionsToWake,
  findExpiredAttributes,
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
    ['who sleeps', item, undefined, [a]],
    ['all who sleep', { ...item, [b]: sleeper(12) }, undefined, [a, b]],
    ['nobody where nobody ever slept', {}, undefined, []],
    ['no execution that an earlier event woke', { ...item, noticed: at(20) }, undefined, []],
    ['who fell asleep since then', { ...item, noticed: at(20), [b]: sleeper(25) }, undefined, [b]],
    ['nobody who watches what has begun', item, 'ecs-svc/1', []],
    ['who watches another deployment than what has begun', item, 'ecs-svc/2', [a]],
    [
      'nobody who was woken by the begin of another deployment',
      { ...item, began: at(20), begun: 'ecs-svc/2' },
      undefined,
      [],
    ],
    ['who slept through the begin of its own', { ...item, began: at(20), begun: 'ecs-svc/1' }, undefined, [a]],
    ['nothing that is no sleeper', { ...item, 'arn:c': 'a text', other: sleeper(10) }, undefined, [a]],
  ])('%s', (_, given, begun, names) => {
    expect(woken(given, begun)).toEqual(names);
  });

  it('wake nobody whose sleep is over by its time-out', () => {
    expect(woken(item, undefined, 160)).toEqual([a]);
    expect(woken(item, undefined, 161)).toEqual([]);
  });
});

describe('who is awake again', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, of) => [`arn:${of}`, sleeper(of)]));

  it.each([
    ['stays while there are eight of them', 8, 1000, 0],
    ['is cleared away when there are more', 9, 1000, 9],
    ['is not cleared away in its sleep', 9, 100, 0],
  ])('%s', (_, count, seconds, cleared) => {
    expect(findExpiredAttributes(many(count), new Date(at(seconds)))).toHaveLength(cleared);
    expect(parseSleepingExecutions(many(count))).toHaveLength(count);
  });
});
