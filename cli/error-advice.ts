import { readCallerArn } from '../aws/sts.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';

/* What a person can do about a refusal. The sentences of core/ and aws/ speak to whoever looks after Gantry's own roles; here it is the caller's credentials. */

/** Nobody is there, or cannot be found. */
const unreachableCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'];

interface NetworkError extends Error {
  code: string;
  address?: unknown;
  hostname?: unknown;
  port?: unknown;
}

const isNetworkError = (error: unknown): error is NetworkError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && unreachableCodes.includes(error.code);

/** Names the endpoint that does not answer; undefined where it is not that. */
export function explainUnreachable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!isNetworkError(error)) return error.cause === undefined ? undefined : explainUnreachable(error.cause);
  const { code, hostname, address, port } = error;
  const host = String(hostname ?? address ?? '');
  const endpoint = process.env.AWS_ENDPOINT_URL ?? [host, port].filter(Boolean).join(':');
  const isHere = /^(https?:\/\/)?(127\.|localhost\b|\[?::1)/.test(endpoint);
  return `The endpoint ${endpoint} does not answer (${code})${isHere ? ': is `npm run local` running?' : '.'}`;
}

/** Whose the credentials are, beside the account that they would have to be of. */
async function identifyCaller({
  account,
  region,
}: Config['build']): Promise<{ arn: string; stranger: string | undefined }> {
  const arn = await readCallerArn(region);
  const own = arn.split(':')[4];
  return { arn, stranger: own === account ? undefined : own };
}

/** Of something of Gantry's that is not in the build account, as these credentials see it. */
export async function explainExpectedAccount({ build }: Config): Promise<string> {
  const { arn, stranger } = await identifyCaller(build);
  const place = `the build account of gantry.config.ts, ${build.account} (${build.region})`;
  return stranger === undefined
    ? `Is Gantry deployed in ${place}, on this --stage? These credentials, ${arn}, are of that account.`
    : `It is in ${place}, and these credentials, ${arn}, are of account ${stranger}: log in to the build account.`;
}

/** The same of a target's role that STS refuses: it says no more than that. */
async function explainAssumeRoleDenial(role: string, said: string, { build }: Config): Promise<string> {
  const { arn, stranger } = await identifyCaller(build);
  if (stranger !== undefined)
    return `The role ${role} cannot be assumed: it trusts the build account, ${build.account}, and these credentials, ${arn}, are of account ${stranger}. Log in to the build account.`;
  return (
    `The role ${role} cannot be assumed by your credentials, ${arn}. Check that the role exists (is Gantry deployed on this --stage?), that it trusts ` +
    `account ${build.account} with the external id of gantry.config.ts, if one is there, and that your own policies allow sts:AssumeRole on it. AWS said: ${said}`
  );
}

/** The same error, its message as it helps whoever runs the command line. */
export async function withAdvice(error: Error, config: Config): Promise<Error> {
  if (isCredentialsError(error))
    return new Failure('SystemUnavailable', `No AWS credentials: ${error.message}. ${loginHint(config)}`, {
      cause: error,
    });
  if (isResourceMissing(error)) {
    const sentence = `${error.name}: ${error.message}. ${await explainExpectedAccount(config)}`;
    return new Failure('ConfigurationError', sentence, { cause: error });
  }
  const silence = explainUnreachable(error);
  if (silence !== undefined)
    return new Failure('SystemUnavailable', `${error.message} ${silence}`, { cause: error.cause });
  return error.name === 'PermissionError' ? withPermissionAdvice(error, config) : error;
}

/** No credentials, or ones that are over, are an error of the SDK alone: no answer of AWS. */
const isCredentialsError = ({ name }: Error): boolean => /^(CredentialsProviderError|TokenProviderError)$/.test(name);

/** AWS knows the caller, but has never heard of what Gantry consists of. */
const isResourceMissing = ({ name }: Error): boolean =>
  /^(StateMachineDoesNotExist|ResourceNotFoundException)$/.test(name);

const loginHint = ({ build }: Config): string =>
  `Log in to the build account, ${build.account}, and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ` +
  '`npm run local` prints those of the embedded AWS.';

async function withPermissionAdvice(error: Error, config: Config): Promise<Error> {
  const [, role] = /^The role (\S+) cannot be assumed\./.exec(error.message) ?? [];
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  const asked =
    role === undefined ? withAccountHint(error.message, config) : explainAssumeRoleDenial(role, said, config);
  // Who may not even ask STS who they are is told what was told already.
  const sentence = await asked.catch(() => error.message);
  return new Failure('PermissionError', sentence, { cause: error.cause });
}

/** A stranger to the build account needs no other policy, but other credentials. */
async function withAccountHint(message: string, { build }: Config): Promise<string> {
  const { arn, stranger } = await identifyCaller(build);
  if (stranger === undefined) return message;
  return `${message} But these credentials, ${arn}, are of account ${stranger}: log in to the build account, ${build.account}.`;
}
