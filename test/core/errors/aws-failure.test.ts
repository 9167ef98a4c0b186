import { describe, expect, it } from 'vitest';
import { rethrowAsFailure, toFailure } from '../../../core/errors/aws-failure.ts';
import { Failure } from '../../../core/errors/failure.ts';

const aws = (name: string, message: string, fields: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...fields });

const pass =
  'User: arn:aws:sts::222222222222:assumed-role/test-deployment/run is not authorized to perform: iam:PassRole on resource: arn:aws:iam::222222222222:role/web-task because no identity-based policy allows the iam:PassRole action';

describe('a Failure from an AWS error', () => {
  it.each([
    ['a throttled call', aws('ThrottlingException', 'Rate exceeded'), 'SystemUnavailable'],
    [
      'a throttled call with the wording of another service',
      aws('TooManyRequestsException', 'slow'),
      'SystemUnavailable',
    ],
    [
      'a SlowDown of S3',
      aws('SlowDown', 'Please reduce your request rate.', { $metadata: { httpStatusCode: 503 } }),
      'SystemUnavailable',
    ],
    ['any 5xx', aws('InternalFailure', 'oops', { $metadata: { httpStatusCode: 500 } }), 'SystemUnavailable'],
    ['an error that the SDK marks as retryable', aws('OddException', 'odd', { $retryable: {} }), 'SystemUnavailable'],
    [
      'an expired token, because the next try assumes the role again',
      aws('ExpiredTokenException', 'expired', { $metadata: { httpStatusCode: 403 } }),
      'SystemUnavailable',
    ],
    ['a lost connection', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'SystemUnavailable'],
    [
      'a name that cannot be resolved',
      Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      'SystemUnavailable',
    ],
    ['a request without an answer', aws('TimeoutError', 'timed out', { $metadata: {} }), 'SystemUnavailable'],
    ...['RequestLimitExceeded', 'InternalError', 'ServiceUnavailable', 'Unavailable', 'Throttling'].map(
      (code): [string, Error, string] => [
        `${code} of EC2, which ECS calls an InvalidParameterException`,
        aws(
          'InvalidParameterException',
          `Error retrieving subnet information for [subnet-1]: Later. (ErrorCode: ${code})`,
        ),
        'SystemUnavailable',
      ],
    ),
    [
      'a subnet that EC2 does not know',
      aws(
        'InvalidParameterException',
        "Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
      ),
      'InvalidParameterException',
    ],
    ['a denied call', aws('AccessDeniedException', pass), 'PermissionError'],
    [
      'a denied call of EC2',
      aws('UnauthorizedOperation', 'You are not authorized to perform this operation.', {
        $metadata: { httpStatusCode: 403 },
      }),
      'PermissionError',
    ],
    ['a missing PassRole, which ECS calls a ClientException', aws('ClientException', pass), 'PermissionError'],
    [
      'a 403 without an error code',
      aws('Unknown', 'UnknownError', { $metadata: { httpStatusCode: 403 } }),
      'PermissionError',
    ],
    ['an unknown refusal', aws('ClientException', 'The container does not exist.'), 'ClientException'],
    ['a Failure of Gantry', new Failure('RevisionUnavailable', 'gone'), 'RevisionUnavailable'],
    ['a bug', new TypeError('x is undefined'), 'TypeError'],
    ['a bug in a file system call', Object.assign(new Error('no such file'), { code: 'ENOENT' }), 'Error'],
    ['a thrown value that is not an Error', 'text', 'Error'],
  ])('has the right type: %s', (_what, error, name) => {
    expect(toFailure(error, 'doing a thing').name).toBe(name);
  });

  it('says what Gantry did, what AWS answered, and which permission to grant to which principal', () => {
    const { message, cause } = toFailure(aws('AccessDeniedException', pass), 'registering a revision of web');
    expect(message).toBe(
      `AWS refused us while registering a revision of web. AccessDeniedException: ${pass}. Allow iam:PassRole on arn:aws:iam::222222222222:role/web-task to the role test-deployment of account 222222222222; across accounts the resource's own policy must allow it too.`,
    );
    expect(cause).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('advises to remove a Deny statement instead of adding an Allow', () => {
    const denied =
      'User: arn:aws:iam::1:role/x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource-based policy';
    expect(toFailure(aws('AccessDenied', denied), 'reading').message).toMatch(
      /Remove the Deny that covers s3:GetObject on arn:aws:s3:::b\/k\.$/,
    );
  });

  it('is not created for an unknown error, which is returned unchanged', () => {
    const bug = new RangeError('bug');
    expect(toFailure(bug, 'doing')).toBe(bug);
    expect(() => rethrowAsFailure('doing')(bug)).toThrow(bug);
  });
});
