import { toFailure } from './aws-failure.ts';
import { Failure } from './failure.ts';

/** How the AWS SDK classifies an error: whose fault it is (smithy `$fault`), and the HTTP status. */
interface ClassifiedError extends Error {
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number };
}

const isClassified = (error: Error): error is ClassifiedError =>
  '$metadata' in error || '$fault' in error || error.name.endsWith('Exception');

/** AWS's error names and HTTP status for a conflict with another request. */
const isConflict = ({ name, $metadata }: ClassifiedError): boolean =>
  $metadata?.httpStatusCode === 409 || /Conflict|InProgress|InUse|ConcurrentModification|PreconditionFailed/.test(name);

const isServerFault = ({ name, $fault, $metadata }: ClassifiedError): boolean =>
  $fault === 'server' ||
  ($metadata?.httpStatusCode ?? 0) >= 500 ||
  /^(?:Server|Internal|ServiceUnavailable)/.test(name);

/**
 * Whether AWS rejected the request itself, by the class of the error and not by its name: a service also uses names that its model does not list
 * (`SerializationException`). False for throttling, network, credentials and denials (`toFailure` recognises these), conflicts and AWS's own faults.
 */
export function isInvalidRequest(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof Failure || !isClassified(error)) return false;
  if (isConflict(error) || isServerFault(error)) return false;
  const status = error.$metadata?.httpStatusCode ?? 400;
  return status >= 400 && status !== 408 && !(toFailure(withMetadata(error), '') instanceof Failure);
}

/** `toFailure` only handles errors that look like the SDK's. */
const withMetadata = (error: ClassifiedError): Error =>
  '$metadata' in error ? error : Object.assign(new Error(error.message), { name: error.name, $metadata: {} });

/** Like `toFailure`, for a call that contains the user's values: if AWS rejects the values, returns a ConfigurationError with AWS's message. */
export function toRequestFailure(error: unknown, doing: string): Error {
  if (!isInvalidRequest(error)) return toFailure(error, doing);
  const message = `AWS refused the request while ${doing}: ${error.message} (${error.name}). Correct the value that it names.`;
  return new Failure('ConfigurationError', message, { cause: error });
}

/** Rethrows an error of a call that contains the user's values as a Failure. */
export const rethrowAsRequestFailure =
  (doing: string) =>
  (error: unknown): never => {
    throw toRequestFailure(error, doing);
  };
