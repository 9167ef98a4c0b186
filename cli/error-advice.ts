import { readCallerArn } from '../aws/sts.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { explainCredentials } from './explain-credentials.ts';

/* Adds advice for the user of the command line to an error. The messages of core/ and aws/ explain Gantry's own roles, but the command line uses the user's credentials. */

/** The endpoint does not answer, or its host cannot be found. */
const unreachableCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'];

interface NetworkError extends Error {
  code: string;
  address?: unknown;
  hostname?: unknown;
  port?: unknown;
}

const isNetworkError = (error: unknown): error is NetworkError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && unreachableCodes.includes(error.code);

/** Names the endpoint that does not answer; undefined for any other error. */
export function explainUnreachable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!isNetworkError(error)) return error.cause === undefined ? undefined : explainUnreachable(error.cause);
  const { code, hostname, address, port } = error;
  const host = String(hostname ?? address ?? '');
  const endpoint = process.env.AWS_ENDPOINT_URL ?? [host, port].filter(Boolean).join(':');
  const isLocal = /^(https?:\/\/)?(127\.|localhost\b|\[?::1)/.test(endpoint);
  return `The endpoint ${endpoint} does not answer (${code})${isLocal ? ': is `npm run local` running?' : '.'}`;
}

/** Returns the identity of the credentials, and their account if it is not the expected one. */
async function identifyCaller({
  account,
  region,
}: Config['build']): Promise<{ arn: string; foreignAccount: string | undefined }> {
  const arn = await readCallerArn(region);
  const own = arn.split(':')[4];
  return { arn, foreignAccount: own === account ? undefined : own };
}

/** Explains why a resource of Gantry was not found: Gantry is not deployed there, or the credentials belong to another account. */
export async function explainExpectedAccount({ build }: Config): Promise<string> {
  const { arn, foreignAccount } = await identifyCaller(build);
  const expected = `the build account of gantry.config.ts, ${build.account} (${build.region})`;
  return foreignAccount === undefined
    ? `Is Gantry deployed in ${expected}, on this --stage? Your credentials, ${arn}, belong to that account.`
    : `It is in ${expected}, but your credentials, ${arn}, belong to account ${foreignAccount}: log in to the build account.`;
}

/** Explains why STS denies a target's role: STS itself gives no reason. */
async function explainAssumeRoleDenial(role: string, awsMessage: string, { build }: Config): Promise<string> {
  const { arn, foreignAccount } = await identifyCaller(build);
  const remedy =
    foreignAccount === undefined
      ? `The role ${role} cannot be assumed by your credentials, ${arn}. Check that the role exists (is Gantry deployed on this --stage?), that ` +
        `the target's viewers in gantry.config.ts name your user or role, and that your own policies allow sts:AssumeRole on it.`
      : `The role ${role} cannot be assumed: your credentials, ${arn}, belong to account ${foreignAccount}. Log in to the build account, ` +
        `${build.account}, or name your user or role in the target's viewers in gantry.config.ts and deploy Gantry again.`;
  return `${remedy} AWS said: ${awsMessage}`;
}

/** Returns the same error with a message that helps the user of the command line. */
export async function withAdvice(error: Error, config: Config): Promise<Error> {
  const credentials = explainCredentials(error, loginHint(config));
  if (credentials !== undefined) return new Failure('SystemUnavailable', credentials, { cause: error });
  if (isResourceMissing(error)) {
    const sentence = `${error.name}: ${error.message}. ${await explainExpectedAccount(config)}`;
    return new Failure('SystemUnavailable', sentence, { cause: error });
  }
  const unreachable = explainUnreachable(error);
  if (unreachable !== undefined)
    return new Failure('SystemUnavailable', `${error.message} ${unreachable}`, { cause: error.cause });
  return error.name === 'PermissionError' ? withPermissionAdvice(error, config) : error;
}

/** AWS accepted the credentials, but a resource of Gantry does not exist. */
const isResourceMissing = ({ name }: Error): boolean =>
  /^(StateMachineDoesNotExist|ResourceNotFoundException)$/.test(name);

const loginHint = ({ build }: Config): string =>
  `Log in to the build account, ${build.account}, and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ` +
  '`npm run local` prints those of the embedded AWS.';

async function withPermissionAdvice(error: Error, config: Config): Promise<Error> {
  const [, role] = /^The role (\S+) cannot be assumed\./.exec(error.message) ?? [];
  const awsMessage = error.cause instanceof Error ? error.cause.message : error.message;
  const explained =
    role === undefined ? withAccountHint(error.message, config) : explainAssumeRoleDenial(role, awsMessage, config);
  // If STS does not identify the caller either, the original message is used.
  const sentence = await explained.catch(() => error.message);
  return new Failure('PermissionError', sentence, { cause: error.cause });
}

/** If the credentials belong to another account, the user needs other credentials and not another policy. */
async function withAccountHint(message: string, { build }: Config): Promise<string> {
  const { arn, foreignAccount } = await identifyCaller(build);
  if (foreignAccount === undefined) return message;
  return `${message} But your credentials, ${arn}, belong to account ${foreignAccount}: log in to the build account, ${build.account}.`;
}
