import { AwsError } from '../aws-error.ts';

/** The throttling errors of some services; the others return ThrottlingException (botocore's error lists). */
const throttlingErrors: Record<string, AwsError> = {
  s3: new AwsError('SlowDown', 'Please reduce your request rate.', 503),
  lambda: new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429),
  sts: new AwsError('Throttling', 'Rate exceeded', 400),
};

/** The internal errors of some services; the others return InternalFailure. */
const failureErrors: Record<string, AwsError> = {
  ecs: new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500),
  s3: new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500),
  lambda: new AwsError('ServiceException', 'The service encountered an internal error.', 500),
  dynamodb: new AwsError('InternalServerError', 'Internal server error', 500),
};

export const throttlingError = (service: string): AwsError =>
  throttlingErrors[service] ?? new AwsError('ThrottlingException', 'Rate exceeded', 400);

export const unavailableError = (service: string): AwsError =>
  failureErrors[service] ??
  new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);

export const expiredTokenError = (): AwsError =>
  new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 400);
