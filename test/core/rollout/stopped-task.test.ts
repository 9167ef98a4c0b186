import { describe, expect, it } from 'vitest';
import {
  formatStopCause,
  groupFailuresByCause,
  isFailureOfRelease,
  isPermanentFailure,
} from '../../../core/rollout/stopped-task.ts';
import { stoppedTask } from './facts.ts';

describe('a stopped task', () => {
  it.each<[stopCode: string | undefined, stoppedReason: string, failure: boolean]>([
    ['EssentialContainerExited', 'Essential container in task exited', true],
    ['TaskFailedToStart', 'CannotPullContainerError: …', true],
    ['ServiceSchedulerInitiated', 'Task failed ELB health checks in (target-group …)', true],
    ['ServiceSchedulerInitiated', 'Task failed container health checks', true],
    ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/2)', false],
    ['UserInitiated', 'stopped by somebody', false],
    ['SpotInterruption', 'Your Spot Task was interrupted.', false],
    ['TerminationNotice', '', false],
    ['InfrastructureHealth', 'Host EC2 failed', false],
    [undefined, 'Essential container in task exited', true],
    [undefined, '', false],
  ])('with stop code %s and reason "%s" counts as a failure: %s', (stopCode, stoppedReason, failure) => {
    expect(isFailureOfRelease(stoppedTask({ stopCode, stoppedReason }))).toBe(failure);
  });

  it.each<[reason: string, hopeless: boolean]>([
    ['CannotPullContainerError: Error response from daemon: manifest for shop:43 not found: manifest unknown', true],
    [
      'CannotPullContainerError: pull access denied for shop, repository does not exist or may require authorization',
      true,
    ],
    ['CannotPullContainerError: unexpected status from HEAD request to https://…: 403 Forbidden', true],
    ['CannotPullContainerError: image Manifest does not contain descriptor matching platform linux/arm64', true],
    ['CannotPullContainerError: dial tcp: lookup registry on 10.0.0.2:53: no such host', false],
    [
      'CannotPullContainerError: Get "https://…": net/http: request canceled while waiting for connection (i/o timeout)',
      false,
    ],
    ['CannotPullContainerError: toomanyrequests: You have reached your pull rate limit, access denied', false],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: User … is not authorized',
      true,
    ],
    [
      "ResourceInitializationError: unable to retrieve secret from asm: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      true,
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: connection issue: context deadline exceeded',
      false,
    ],
    ['CannotStartContainerError: OCI runtime create failed: exec: "srv": executable file not found in $PATH', true],
    ['Essential container in task exited', false],
  ])('with the text "%s" is a permanent failure: %s', (stoppedReason, hopeless) => {
    expect(isPermanentFailure(stoppedTask({ stoppedReason, containers: [] }))).toBe(hopeless);
    expect(
      isPermanentFailure(stoppedTask({ stoppedReason: '', containers: [{ name: 'app', reason: stoppedReason }] })),
    ).toBe(hopeless);
  });

  it.each<[what: string, containers: Parameters<typeof formatStopCause>[0]['containers'], cause: string]>([
    ['an exit code', [{ name: 'app', exitCode: 3 }], 'app exited with code 3'],
    ['the signal that killed it', [{ name: 'app', exitCode: 137 }], 'app exited with code 137, killed (SIGKILL)'],
    [
      'memory',
      [{ name: 'app', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
      'app ran out of memory (OutOfMemoryError: Container killed due to memory usage, exit code 137)',
    ],
    [
      'only the container that failed',
      [
        { name: 'app', exitCode: 1 },
        { name: 'proxy', exitCode: 143 },
        { name: 'init', exitCode: 0 },
      ],
      'app exited with code 1',
    ],
    ['a container that exited with 0', [{ name: 'app', exitCode: 0 }], 'app exited with code 0'],
  ])('is explained by %s', (_, containers, cause) => {
    expect(formatStopCause(stoppedTask({ containers }))).toBe(`Essential container in task exited: ${cause}`);
  });

  it('is grouped with others of the same cause, whatever their ids and addresses, the most frequent cause first', () => {
    const unhealthy = (host: string) =>
      stoppedTask({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `(port 80) is unhealthy in 10.0.0.${host}`,
        containers: [],
      });
    const causes = groupFailuresByCause([
      stoppedTask(),
      unhealthy('7'),
      unhealthy('123'),
      stoppedTask({ stopCode: 'UserInitiated' }),
    ]);
    expect(causes.map(({ tasks }) => tasks.length)).toEqual([2, 1]);
    expect(causes[0]!.cause).toContain('10.0.0.7');
  });
});
