import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { viewerRoleName } from '../core/config/resource-names.ts';
import { rethrowAsFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import { toRequestFailure } from '../core/errors/invalid-request.ts';
import type { Target } from '../core/model/release.ts';
import { createSessionName } from '../core/model/session-name.ts';
import { createSessionPolicy, type SessionPolicyLength, type TargetSession } from '../core/service/session-policy.ts';

/** Temporary credentials of a role session. Keep them in memory only and never log them. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
  /** When the role was assumed, by the caller's clock. */
  assumedAt: Date;
}

/** Credentials are renewed this long before they expire, so that they do not expire during a call. */
const renewBeforeMs = 5 * 60_000;

const clients = new Map<string, STSClient>();
const sessions = new Map<string, SessionCredentials>();

/** Uses STS in the target's Region: a session from another Region may not be valid in an opt-in Region. */
const stsClientFor = (region: string): STSClient => {
  const client = clients.get(region) ?? new STSClient({ region });
  clients.set(region, client);
  return client;
};

/** All sessions have the same duration, so the map holds them in the order in which they expire. */
const evictExpiredSessions = (now: Date): void => {
  for (const [key, { expiration }] of sessions) {
    if (expiration.getTime() - renewBeforeMs > now.getTime()) return;
    sessions.delete(key);
  }
};

/**
 * Returns credentials of the target's role, limited to the target's cluster and service and to the purpose of the session. The session is named after the
 * execution. For `view`, assumes the viewer role, which requires no external id. Throws a PermissionError that says what to check if STS denies access.
 */
export async function assumeTargetRole(given: Target, session: TargetSession, now: Date): Promise<SessionCredentials> {
  evictExpiredSessions(now);
  const target = isViewing(session.access) ? toViewedTarget(given) : given;
  const request = createRequest(target, session, 'full');
  const key = JSON.stringify(request);
  const known = sessions.get(key);
  if (known !== undefined) return known;
  const created = await createSession(target, request, session.access).catch((error: unknown) => {
    if (!isPolicyTooLarge(error)) throw error;
    return createSession(target, createRequest(target, session, 'short'), session.access);
  });
  const credentials = { ...created, assumedAt: now };
  sessions.set(key, credentials);
  return credentials;
}

const createRequest = (target: Target, session: TargetSession, form: SessionPolicyLength) => ({
  RoleArn: target.roleArn,
  RoleSessionName: createSessionName(session.execution),
  Policy: JSON.stringify(createSessionPolicy(target, session, form)),
  ...(target.externalId === undefined ? {} : { ExternalId: target.externalId }),
});

/** STS packs a policy in an undocumented way, and refuses a policy whose packed form is too large (botocore sts, the errors of AssumeRole). */
const isPolicyTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('PackedPolicyTooLarge');

const isViewing = (access: TargetSession['access']): boolean =>
  access === 'view' || access === 'view schedules' || access === 'view log';

const toViewedTarget = ({ externalId: _, ...target }: Target): Target => ({
  ...target,
  roleArn: viewerRoleName(target.roleArn),
});

async function createSession(
  target: Target,
  request: AssumeRoleCommand['input'],
  access: TargetSession['access'],
): Promise<Omit<SessionCredentials, 'assumedAt'>> {
  const answer = await stsClientFor(target.region)
    .send(new AssumeRoleCommand(request))
    .catch((error: unknown) => {
      throw explainAccessDenied(target, error, access) ?? explainInvalidRequest(target, error);
    });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new Failure('SystemUnavailable', `STS answered AssumeRole for ${target.roleArn} without credentials.`);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

/** The role and the external id are the user's values; the policy of the session is ours (botocore sts, the errors of AssumeRole). */
const explainInvalidRequest = (target: Target, error: unknown): unknown =>
  error instanceof Error && !/Policy/.test(error.name)
    ? toRequestFailure(error, `assuming the role ${target.roleArn}`)
    : error;

/** STS answers with the same AccessDenied for all four causes, so the message names all four. */
const explainAccessDenied = (target: Target, error: unknown, access: TargetSession['access']): Failure | undefined => {
  if (!(error instanceof Error) || !error.name.startsWith('AccessDenied')) return undefined;
  const cannot = `The role ${target.roleArn} cannot be assumed. Check that the role exists;`;
  if (isViewing(access))
    return new Failure(
      'PermissionError',
      `${cannot} that the target's viewers in gantry.config.ts name your user or role; and that your own policies allow sts:AssumeRole on it. AWS said: ${error.message}`,
      { cause: error },
    );
  const externalId =
    target.externalId === undefined
      ? 'it asks for no external id (none is configured here)'
      : `it asks for the external id that is configured here, ${target.externalId}`;
  return new Failure(
    'PermissionError',
    `${cannot} that its trust policy names this build account or Gantry's role; ` +
      `that ${externalId}; and that Gantry's own role is allowed sts:AssumeRole on it. AWS said: ${error.message}`,
    { cause: error },
  );
};

/** Returns the ARN of the identity whose credentials are in the environment. Needs no permission (STS API reference, GetCallerIdentity). */
export async function readCallerArn(region: string): Promise<string> {
  const answer = await stsClientFor(region)
    .send(new GetCallerIdentityCommand({}))
    .catch(rethrowAsFailure('asking STS whose credentials these are'));
  return answer.Arn ?? 'an unnamed caller';
}
