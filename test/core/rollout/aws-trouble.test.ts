import { describe, expect, it } from 'vitest';
import { isAwsTroubleText, isStoppedByAws } from '../../../core/rollout/aws-trouble.ts';
import { findCrashLoop, findPermanentFailure } from '../../../core/rollout/crash-loop.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';
import { isFailureOfRelease } from '../../../core/rollout/stopped-task.ts';
import { generationsOfTasks, ourDeployment, rolloutObservation, serviceWith, stoppedTask } from './facts.ts';

const none = serviceWith({ deployments: [ourDeployment({ running: 0 })] });

describe("AWS's own trouble is neither a crash loop nor a permanent failure", () => {
  it.each<[stopCode: string, reason: string]>([
    [
      'TaskFailedToStart',
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    ],
    ['TaskFailedToStart', "You've reached the limit on the number of vCPUs you can run concurrently"],
    ['TaskFailedToStart', 'RESOURCE:MEMORY'],
    [
      'TaskFailedToStart',
      'Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet subnet-1: InsufficientFreeAddressesInSubnet',
    ],
    ['TaskFailedToStart', 'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit'],
    [
      'TaskFailedToStart',
      'CannotPullContainerError: failed to resolve ref docker.io/library/nginx:1: 429 Too Many Requests',
    ],
    ['TaskFailedToStart', 'ResourceInitializationError: unable to pull secrets: ThrottlingException: Rate exceeded'],
    ['TaskFailedToStart', 'Timeout waiting for network interface provisioning to complete.'],
    ['TaskFailedToStart', 'Network interface provision complete error timeout wait for network interface provision'],
    ['TaskFailedToStart', 'Timeout waiting for EphemeralStorage provisioning to complete.'],
    ['TaskFailedToStart', 'EBS volume vol-1 attachment timed out'],
    [
      'TaskFailedToStart',
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out',
    ],
    ['TaskFailedToStart', 'Host EC2 (instance i-1) terminated.'],
    ['TaskFailedToStart', 'TaskFailedToStart: AGENT'],
    ['TaskFailedToStart', 'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s'],
    ['TaskFailedToStart', 'InternalError: unable to create task'],
    ['SpotInterruption', 'Your Spot Task was interrupted.'],
    ['TerminationNotice', ''],
    ['InfrastructureHealth', 'The host failed its health check'],
  ])('%s: %s', (stopCode, stoppedReason) => {
    const stopped: Partial<StoppedTask> = { stopCode, stoppedReason, containers: [] };
    expect(isStoppedByAws(stoppedTask(stopped))).toBe(true);
    expect(isFailureOfRelease(stoppedTask(stopped))).toBe(false);
    const stoppedTasks = generationsOfTasks(2, 2, 2).map((task) => ({ ...task, ...stopped }));
    const observation = rolloutObservation({ service: none, stoppedTasks });
    expect([findCrashLoop(observation), findPermanentFailure(observation)]).toEqual([undefined, undefined]);
  });
});

describe("a failure of the release does not count as AWS's own trouble", () => {
  it.each([
    ['EssentialContainerExited', 'Essential container in task exited'],
    [
      'ServiceSchedulerInitiated',
      'Task failed ELB health checks in (target-group web) due to (reason Request timed out)',
    ],
    ['ServiceSchedulerInitiated', 'Task failed container health checks'],
    ['TaskFailedToStart', 'CannotPullContainerError: failed to resolve ref shop:429: not found'],
    ['TaskFailedToStart', 'ResourceInitializationError: unable to pull secrets: AccessDeniedException'],
    ['TaskFailedToStart', 'ResourceInitializationError: failed to invoke EFS utils commands: access denied by server'],
  ])('%s: %s', (stopCode, stoppedReason) => {
    expect(isStoppedByAws(stoppedTask({ stopCode, stoppedReason }))).toBe(false);
  });
});

describe("a text of ECS reports AWS's own trouble", () => {
  it.each<[text: string, expected: boolean]>([
    ['CannotPullContainerError: unexpected status from HEAD request to https://r.example/v2/: 429', true],
    ['CannotPullContainerError: unexpected status: 503 Service Unavailable', true],
    ['CannotPullContainerError: unexpected status from GET request to https://r.example/v2/: 502', true],
    ['CannotPullContainerError: failed with status code 504', true],
    ['CannotPullContainerError: r.example/shop:503: not found', false],
    ['CannotPullContainerError: r.example/500:latest: not found', false],
    ['InsufficientVolumeCapacity: There is not enough capacity to fulfill your EBS volume request', true],
    ['CannotPullContainerError: received 500 Internal Server Error', true],
    ['ResourceInitializationError: Timed out waiting for network interface provisioning', true],
    ['Network interface timed out', true],
    ['Fargate Spot capacity is not available', true],
    ['FARGATE_SPOT lacks capacity', true],
    ['Insufficient free addresses in the subnet', true],
    ['the subnet does not have enough free addresses', true],
    ['RequestLimitExceeded', true],
    ['dial tcp: i/o timeout', false],
    ['app exited with code 42', false],
    ['CannotPullContainerError: manifest unknown', false],
  ])('%s: %s', (text, expected) => {
    expect(isAwsTroubleText(text)).toBe(expected);
  });
});
