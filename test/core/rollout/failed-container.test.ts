import { describe, expect, it } from 'vitest';
import {
  findFailedContainer,
  needsTaskDefinition,
  sortContainersByDefinition,
} from '../../../core/rollout/failed-container.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';
import { stoppedTask } from './facts.ts';

type Containers = StoppedTask['containers'];
const oom = 'OutOfMemoryError: Container killed due to memory usage';
const definitions = [
  { name: 'app', essential: true },
  { name: 'web', essential: true },
  { name: 'datadog-agent', essential: false },
];

describe('the container that made a task stop is', () => {
  it.each<[what: string, expected: string | undefined, containers: Containers, stoppedReason?: string]>([
    ...[129, 130, 131, 137, 143].map((exitCode): [string, string, Containers] => [
      `the one that exited, not the sidecar that a signal ended with ${exitCode}`,
      'app',
      [
        { name: 'datadog-agent', exitCode },
        { name: 'app', exitCode: 1 },
      ],
    ]),
    [
      'the one that ran out of memory',
      'app',
      [
        { name: 'web', exitCode: 0 },
        { name: 'app', exitCode: 137, reason: oom },
      ],
    ],
    [
      'the one that could not start',
      'app',
      [{ name: 'web' }, { name: 'app', reason: 'CannotStartContainerError: no such file' }],
    ],
    [
      'the essential one of several',
      'web',
      [
        { name: 'datadog-agent', exitCode: 2 },
        { name: 'web', exitCode: 1 },
      ],
    ],
    [
      'the first essential one in the order of the definition',
      'app',
      [
        { name: 'web', exitCode: 1 },
        { name: 'app', exitCode: 3 },
      ],
    ],
    [
      'the one that ended without an error, if the others were killed',
      'app',
      [
        { name: 'web', exitCode: 137 },
        { name: 'app', exitCode: 0 },
      ],
    ],
    ['the only one that was killed', 'app', [{ name: 'app', exitCode: 137 }, { name: 'web' }]],
    [
      'the one whose health check failed',
      'web',
      [
        { name: 'app', exitCode: 1 },
        { name: 'web', exitCode: 137, unhealthy: true },
      ],
      'Task failed container health checks',
    ],
    [
      'the one behind the load balancer',
      'web',
      [
        { name: 'app', exitCode: 143 },
        { name: 'web', exitCode: 143, loadBalanced: true },
      ],
      'Task failed ELB health checks in (target-group web)',
    ],
    ['none if none has ended', undefined, [{ name: 'app' }]],
  ])('%s: %s', (_, expected, containers, stoppedReason = 'Essential container in task exited') => {
    const task = stoppedTask({ containers, stoppedReason });
    expect(findFailedContainer(sortContainersByDefinition(task, definitions))?.name).toBe(expected);
  });
});

it.each<[what: string, containers: Containers]>([
  [
    'an essential container that ended with 0, beside a failed one that is not essential',
    [
      { name: 'migrate', exitCode: 1, essential: false },
      { name: 'app', exitCode: 0, essential: true },
    ],
  ],
  [
    'an essential container that was killed, beside a failed one that is not essential',
    [
      { name: 'log', exitCode: 1, essential: false },
      { name: 'app', exitCode: 137, essential: true },
    ],
  ],
  ...[129, 130, 131, 137, 143].map((exitCode): [string, Containers] => [
    `the container that failed, listed after a sidecar that a signal ended with ${exitCode}`,
    [
      { name: 'sidecar', exitCode },
      { name: 'app', exitCode: 3 },
    ],
  ]),
])('without the task definition, the container that made a task stop is %s', (_, containers) => {
  expect(findFailedContainer(stoppedTask({ containers }))?.name).toBe('app');
});

it.each([
  [
    'several containers failed by themselves',
    true,
    [
      { name: 'a', exitCode: 1 },
      { name: 'b', exitCode: 2 },
    ],
  ],
  [
    'one failed, which may not be essential, and another one was killed',
    true,
    [
      { name: 'a', exitCode: 1 },
      { name: 'b', exitCode: 137 },
    ],
  ],
])('the task definition is needed if %s: %s', (_, needed, containers) => {
  expect(needsTaskDefinition([stoppedTask({ containers })])).toBe(needed);
});
