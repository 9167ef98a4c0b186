import { describe, expect, it } from 'vitest';
import { isStoppedByAws } from '../../../core/rollout/aws-trouble.ts';
import { findTooManyFailedLaunches } from '../../../core/rollout/failed-launches.ts';
import { createFailureReason } from '../../../core/rollout/failure-reason.ts';
import { normalizeCause } from '../../../core/rollout/normalize-cause.ts';
import { formatPullAdvice } from '../../../core/rollout/pull-advice.ts';
import { groupFailuresByCause, isFailureOfRelease, isPermanentFailure } from '../../../core/rollout/stopped-task.ts';
import { rolloutObservation, secondsAfterStart, serviceWith, stoppedTask } from './facts.ts';

/** Texts of 100 KB. A regular expression with nested or repeated searches would start again at each part of such a text. */
const adversarial: [what: string, part: string][] = [
  ['pull errors', 'CannotPullContainerError '],
  ['the beginning of pull errors', 'CannotPull'],
  ['image references', '111111111111.dkr.ecr.eu-west-1.amazonaws.com/'],
  ['pull errors with image references', 'CannotPullError 111111111111.dkr.ecr.x.amazonaws.com/'],
  ['failed launches', 'failed to launch a task with (error '],
  ['volumes', 'EBS volume '],
  ['file systems', 'mount.nfs4 EFS '],
  ['labels of a host name', 'a-a.'],
  ['hyphens', 'a-'],
  ['hexadecimal digits', 'deadbeef'],
  ['groups of a UUID', 'aaaaaaaa-aaaa-'],
  ['equals signs', '=a'],
  ['identifiers', 'id: '],
  ['ARNs', 'arn:aws:ecs:'],
  ['target groups', 'arn:aws:elasticloadbalancing:'],
];

describe.each(adversarial)('a text of 100 KB of %s', (_, part) => {
  const text = part.repeat(Math.ceil(100_000 / part.length));

  // The calls below take milliseconds. If the time grew with the square of the length, a single call would take minutes and exceed the runner's
  // limit.
  it('is processed as fast as any other text', { timeout: 20_000 }, () => {
    const task = stoppedTask({ stoppedReason: text, containers: [{ name: 'app', reason: text }] });
    const events = Array.from({ length: 100 }, () => ({ at: secondsAfterStart(60), message: text }));
    const observation = rolloutObservation({ stoppedTasks: [task, task], service: serviceWith({ events }) });
    expect(normalizeCause(text).length).toBeLessThanOrEqual(4000);
    expect([isPermanentFailure(task), isStoppedByAws(task), isFailureOfRelease(task)]).toEqual([
      expect.any(Boolean),
      expect.any(Boolean),
      expect.any(Boolean),
    ]);
    expect(groupFailuresByCause([task, task]).length).toBeLessThanOrEqual(1);
    expect(findTooManyFailedLaunches(observation)).toBeUndefined();
    expect(formatPullAdvice(text, '222222222222')).toBeUndefined();
    expect(createFailureReason('It failed.', observation).length).toBeLessThanOrEqual(3800);
  });
});
