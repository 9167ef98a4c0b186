import { expect, it } from 'vitest';
import { Failure } from '../../../core/errors/failure.ts';
import { assertBeforeDeadline, rethrowAsDeadlineFailure } from '../../../core/waiting/deadline.ts';

const deadline = '2026-11-23T10:00:00.000Z';

it.each([
  ['lets a release continue before its deadline', '2026-11-23T09:59:59Z', undefined],
  [
    'fails a release whose deadline has passed',
    '2026-11-23T10:00:00Z',
    /register a revision before its deadline, 2026-11-23 10:00:00 UTC\.$/,
  ],
])('%s', (_, now, says) => {
  const asked = () => assertBeforeDeadline({ deadline }, new Date(now), 'register a revision');
  if (says === undefined) expect(asked).not.toThrow();
  else expect(asked).toThrow(expect.objectContaining({ name: 'JobFailed', message: expect.stringMatching(says) }));
});

const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: {} });
const unavailable = new Failure('SystemUnavailable', 'AWS was not available.');
const denied = new Failure('PermissionError', 'AWS refused us.');

it.each<[what: string, now: string, error: Error, name: string, says: RegExp]>([
  ['is tried again while there is time', '09:59:49', unavailable, 'SystemUnavailable', /^AWS was not available\.$/],
  ['is classified also if it is an error of the SDK', '09:59:49', throttled, 'SystemUnavailable', /Rate exceeded/],
  [
    'is not tried again near the deadline',
    '09:59:50',
    unavailable,
    'JobFailed',
    /deadline, 2026-11-23 10:00:00 UTC\. AWS was not available\.$/,
  ],
  [
    'is not tried again after it',
    '10:00:59',
    throttled,
    'JobFailed',
    /come to check the target before .* Rate exceeded/,
  ],
  ['keeps its type if a retry would not help', '10:00:59', denied, 'PermissionError', /^AWS refused us\.$/],
])('an error %s', (_, now, error, name, says) => {
  const failing = () =>
    rethrowAsDeadlineFailure({ deadline }, new Date(`2026-11-23T${now}Z`), 'check the target')(error);
  expect(failing).toThrow(expect.objectContaining({ name, message: expect.stringMatching(says) }));
});
