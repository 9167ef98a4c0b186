import { expect, it } from 'vitest';
import { isAwsTroubleText } from '../../../core/rollout/aws-trouble.ts';
import { findFailedContainer } from '../../../core/rollout/failed-container.ts';
import { findFailedLaunches } from '../../../core/rollout/failed-launches.ts';
import { ourDeployment, rolloutObservation, secondsAfterStart, serviceWith, stoppedTask } from './facts.ts';

it.each([
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
  ...[129, 130, 131, 137, 143].map((exitCode): [string, { name: string; exitCode: number }[]] => [
    `the container that failed, behind a sidecar that its stop signal ended with ${exitCode}`,
    [
      { name: 'sidecar', exitCode },
      { name: 'app', exitCode: 3 },
    ],
  ]),
])('names %s', (_, containers) => {
  expect(findFailedContainer(stoppedTask({ containers }))?.name).toBe('app');
});

it.each([
  'CannotPullContainerError: unexpected status from HEAD request to https://r.example/v2/: 429',
  'CannotPullContainerError: unexpected status: 503 Service Unavailable',
  'CannotPullContainerError: received 500 Internal Server Error',
  'ResourceInitializationError: Timed out waiting for network interface provisioning',
  'Network interface timed out',
  'Fargate Spot capacity is not available',
  'FARGATE_SPOT lacks capacity',
  'Insufficient free addresses in the subnet',
  'the subnet does not have enough free addresses',
  'RequestLimitExceeded',
])("takes '%s' for trouble of AWS", (text) => {
  expect(isAwsTroubleText(text)).toBe(true);
});

it.each(['dial tcp: i/o timeout', 'app exited with code 42', 'CannotPullContainerError: manifest unknown'])(
  "takes '%s' for trouble of the release",
  (text) => {
    expect(isAwsTroubleText(text)).toBe(false);
  },
);

it("does not count tasks that were launched and then stopped among ECS's failed launches", () => {
  const message = '(service web) failed to launch a task with (error ECS was unable to assume the role x).';
  const observation = rolloutObservation({
    service: serviceWith({
      deployments: [ourDeployment({ failed: 3 })],
      events: [{ at: secondsAfterStart(100), message }],
    }),
    stoppedTasks: [stoppedTask(), stoppedTask()],
  });
  expect(findFailedLaunches(observation)?.count).toBe(1);
});
