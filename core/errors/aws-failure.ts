import { Failure } from './failure.ts';

/** The fields that the AWS SDK adds to its errors (`$metadata`, `$retryable`), and the field that Node adds to network errors (`code`). */
interface AwsError extends Error {
  code?: unknown;
  $retryable?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Errors that disappear by themselves, or if the call is retried. The names come from the SDKs' own retry rules,
 * docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.
 */
const transientErrorNames =
  /^(.*Throttl.*|TooManyRequests.*|RequestLimitExceeded|ProvisionedThroughputExceeded.*|SlowDown|PriorRequestNotComplete|RequestTimeout.*|TimeoutError|NetworkingError)$/;

/**
 * ECS's answer to two concurrent registrations of one family: a ClientException that only its message distinguishes (seen in aws-cdk and
 * terraform-provider-aws).
 */
const concurrentAttemptsPattern = /^Too many concurrent attempts/i;

/**
 * The error of EC2 in an InvalidParameterException of ECS, which asks EC2 about subnets and security groups: `… (ErrorCode: RequestLimitExceeded)`, also
 * `InternalError` (seen in dask-cloudprovider and wrapbox). `InvalidSubnetID.NotFound` in the same place is the user's.
 */
const otherServicePattern = /\(ErrorCode: (?:\w*Throttl\w*|RequestLimitExceeded|Internal\w*|(?:Service)?Unavailable)\)/;

/** Matches the message of an expired session. Some services report it under the name of a validation error. */
const expiredTokenPattern = /security token .{0,60}expired/i;

/** Credentials that expired, or a clock that drifted: the next try assumes the role again. */
const expiredCredentialsNames = /^(ExpiredToken.*|TokenRefreshRequired|RequestExpired|RequestTimeTooSkewed)$/;

const networkErrorCodes = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'EHOSTUNREACH',
];

const deniedErrorNames =
  /^(AccessDenied.*|UnauthorizedOperation|Unauthorized.*|NotAuthorized.*|AuthorizationError.*|.*AccessDeniedException|Forbidden)$/;

/** Matches the message of a denial. A denial can have the name of another error: ECS reports a denied iam:PassRole as a ClientException. */
const notAuthorizedPattern =
  /(?:User: "?(?<who>[^\s"]+)"? )?is not authorized to perform: (?<action>[\w:-]+)(?: on resource: "?(?<resource>[^\s"]+))?/;

const isAwsError = (error: Error): error is AwsError =>
  '$metadata' in error || '$retryable' in error || 'code' in error;

const statusOf = (error: AwsError): number => error.$metadata?.httpStatusCode ?? 0;

const isTransient = (error: AwsError): boolean =>
  [error.name, error.code].some(
    (name) => typeof name === 'string' && (transientErrorNames.test(name) || expiredCredentialsNames.test(name)),
  ) ||
  concurrentAttemptsPattern.test(error.message) ||
  otherServicePattern.test(error.message) ||
  expiredTokenPattern.test(error.message) ||
  networkErrorCodes.some((code) => code === error.code) ||
  statusOf(error) >= 500 ||
  statusOf(error) === 429 ||
  error.$retryable !== undefined;

const isDenied = (error: AwsError): boolean =>
  deniedErrorNames.test(error.name) ||
  invalidCredentialsNames.test(error.name) ||
  notAuthorizedPattern.test(error.message) ||
  statusOf(error) === 403;

/** Returns the role behind a session's ARN: policies are attached to the role, not to the session. */
const describePrincipal = (who: string): string =>
  who.replace(/^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'the role $3 of account $2');

/** Errors about unknown access keys and wrong signatures, which no permission can fix (common errors of all AWS APIs). */
const invalidCredentialsNames =
  /^(SignatureDoesNotMatch|InvalidSignatureException|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|IncompleteSignature.*)$/;

const adviseOnDenial = ({ name, message }: Error): string =>
  invalidCredentialsNames.test(name)
    ? 'The credentials themselves are wrong or deleted: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again.'
    : adviseOnGrant(message);

const adviseOnGrant = (message: string): string => {
  const { who, action, resource } = notAuthorizedPattern.exec(message)?.groups ?? {};
  if (action === undefined) return 'Grant the action named by the call to the role that made it.';
  const on = resource === undefined ? '' : ` on ${resource.replace(/[.,]$/, '')}`;
  if (message.includes('explicit deny')) return `Remove the Deny that covers ${action}${on}.`;
  const whom = who === undefined ? 'the caller' : describePrincipal(who);
  return `Allow ${action}${on} to ${whom}; across accounts the resource's own policy must allow it too.`;
};

const endWithPeriod = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/**
 * Returns an error of an AWS call as a Failure whose type says what can be done about it. `doing` completes "while …", e.g. `describing the service web`.
 * Returns Gantry's own Failures and all unrecognised errors unchanged, so that a bug keeps its name.
 */
export function toFailure(error: unknown, doing: string): Error {
  if (!(error instanceof Error)) return new Error(`${String(error)}, while ${doing}`);
  if (error instanceof Failure || !isAwsError(error)) return error;
  const said = `${error.name}: ${endWithPeriod(error.message)}`;
  if (isTransient(error))
    return new Failure('SystemUnavailable', `AWS was not available while ${doing}. ${said}`, { cause: error });
  if (isDenied(error)) {
    const message = `AWS refused us while ${doing}. ${said} ${adviseOnDenial(error)}`;
    return new Failure('PermissionError', message, { cause: error });
  }
  return error;
}

/** Rethrows an error of a call as a Failure: `await client.send(command).catch(rethrowAsFailure('describing the service web'))`. */
export const rethrowAsFailure =
  (doing: string) =>
  (error: unknown): never => {
    throw toFailure(error, doing);
  };
