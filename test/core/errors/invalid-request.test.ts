import { describe, expect, it } from 'vitest';
import { Failure } from '../../../core/errors/failure.ts';
import { toRequestFailure } from '../../../core/errors/invalid-request.ts';

const aws = (name: string, status = 400, message = 'words of AWS', more: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, ...more });

describe('an error about the values of a call', () => {
  it.each<[name: string, status?: number]>([
    ['SerializationException'],
    ['ValidationException'],
    ['ValidationError'],
    ['ClientException'],
    ['InvalidParameterException'],
    ['InvalidParameterValue'],
    ['MissingParameter'],
    ['NamespaceNotFoundException'],
    ['ServiceNotFoundException'],
    ['ServiceNotActiveException'],
    ['ClusterNotFoundException'],
    ['PlatformUnknownException'],
    ['PlatformTaskDefinitionIncompatibilityException'],
    ['UnsupportedFeatureException'],
    ['LimitExceededException'],
    ['InvalidAddressException', 404],
    ['ANameOfTomorrow', 422],
  ])("%s is a ConfigurationError with AWS's message", (name, status) => {
    const failure = toRequestFailure(aws(name, status), 'describing the service web');
    expect(failure).toMatchObject({
      name: 'ConfigurationError',
      message: `AWS refused the request while describing the service web: words of AWS (${name}). Correct the value that it names.`,
      cause: { name },
    });
  });

  it('is recognised by its class if it has no status', () => {
    const error = Object.assign(new Error('words'), { name: 'OddName', $fault: 'client' });
    expect(toRequestFailure(error, 'asking').name).toBe('ConfigurationError');
  });
});

describe('an error that the values did not cause keeps its own type', () => {
  const denied = 'User: arn:aws:iam::2:role/x is not authorized to perform: ecs:DescribeServices on resource: y';
  it.each<[string, Error, string]>([
    ['throttling', aws('ThrottlingException'), 'SystemUnavailable'],
    ['throttling of S3', aws('SlowDown', 503), 'SystemUnavailable'],
    ['throttling by its status', aws('OddException', 429), 'SystemUnavailable'],
    ['a time-out of the request', aws('RequestTimeout'), 'SystemUnavailable'],
    [
      'registrations at once',
      aws('ClientException', 400, 'Too many concurrent attempts to create a new revision of the specified family.'),
      'SystemUnavailable',
    ],
    ['a conflict', aws('ConflictException', 409), 'ConflictException'],
    ['a conflict with the status 400', aws('ConflictException'), 'ConflictException'],
    ['an update in progress', aws('UpdateInProgressException'), 'UpdateInProgressException'],
    ['a resource in use', aws('ResourceInUseException'), 'ResourceInUseException'],
    ['expired credentials', aws('ExpiredTokenException'), 'SystemUnavailable'],
    ['wrong credentials', aws('UnrecognizedClientException'), 'PermissionError'],
    ['a wrong signature', aws('InvalidSignatureException'), 'PermissionError'],
    ['a denial', aws('AccessDeniedException'), 'PermissionError'],
    ['a denial with the code ClientException', aws('ClientException', 400, denied), 'PermissionError'],
    ['a 403 without an error code', aws('Unknown', 403), 'PermissionError'],
    ['an error of AWS', aws('ServerException', 500), 'SystemUnavailable'],
    ['an error of AWS, by its class', aws('OddException', 400, 'x', { $fault: 'server' }), 'OddException'],
    ['a Failure of Gantry', new Failure('RevisionUnavailable', 'gone'), 'RevisionUnavailable'],
    ['a bug', new TypeError('x is undefined'), 'TypeError'],
  ])('%s', (_what, error, name) => {
    expect(toRequestFailure(error, 'asking').name).toBe(name);
  });
});
