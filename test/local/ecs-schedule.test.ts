import { expect, test as it } from 'vitest';
import { failedTaskThreshold } from '../../local/ecs/circuit-breaker.ts';
import { planTaskChanges } from '../../local/ecs/plan-task-changes.ts';

const none = { live: 0, healthy: 0 };
const all = (count: number) => ({ live: count, healthy: count });
const still = { start: 0, stopPrimary: 0, stopOthers: { healthy: 0, unhealthy: 0 }, blocked: false };

it.each([
  ['starts all tasks at once with 100/200', [4, 100, 200], none, all(4), { start: 4 }],
  ['starts as many tasks as the maximum allows', [4, 100, 150], none, all(4), { start: 2 }],
  ['rounds the maximum down', [3, 100, 150], none, all(3), { start: 1 }],
  [
    'stops old tasks to make room if the minimum allows',
    [4, 50, 100],
    none,
    all(4),
    { stopOthers: { healthy: 2, unhealthy: 0 } },
  ],
  ['rounds the minimum up', [3, 50, 100], none, all(3), { stopOthers: { healthy: 1, unhealthy: 0 } }],
  ['waits until new tasks are healthy', [2, 100, 200], { live: 2, healthy: 0 }, all(2), {}],
  [
    'stops one old task for each healthy new one',
    [2, 100, 200],
    { live: 2, healthy: 1 },
    all(2),
    { stopOthers: { healthy: 1, unhealthy: 0 } },
  ],
  [
    'stops unhealthy old tasks at once',
    [2, 100, 200],
    { live: 2, healthy: 0 },
    { live: 2, healthy: 0 },
    { stopOthers: { healthy: 0, unhealthy: 2 } },
  ],
  ['is stuck if neither percentage allows a step', [1, 100, 100], none, all(1), { blocked: true }],
  ['stops superfluous tasks', [1, 100, 200], all(3), none, { stopPrimary: 2 }],
  [
    'stops all tasks for desired count 0',
    [0, 100, 200],
    all(2),
    all(1),
    { stopPrimary: 2, stopOthers: { healthy: 1, unhealthy: 0 } },
  ],
  ['does nothing in a steady service', [2, 100, 200], all(2), none, {}],
] as const)('%s', (_, [desired, minimumHealthyPercent, maximumPercent], primary, others, moves) => {
  expect(planTaskChanges({ desired, minimumHealthyPercent, maximumPercent, primary, others })).toEqual({
    ...still,
    ...moves,
  });
});

it.each([
  [1, 3],
  [6, 3],
  [7, 4],
  [25, 13],
  [400, 200],
  [5000, 200],
])('of %i tasks, %i failures trip the circuit breaker', (desired, failures) => {
  expect(failedTaskThreshold({ desiredCount: desired, settings: {} })).toBe(failures);
});
