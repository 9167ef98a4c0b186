import { callerArn } from '../aws/sts.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';

/* What a person can do about a refusal. The sentences of core/ and aws/ speak to whoever looks after Gantry's own roles; here it is the caller's credentials. */

/** Nobody is there, or cannot be found. */
const silent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'];

interface NetworkError extends Error {
  code: string;
  address?: unknown;
  hostname?: unknown;
  port?: unknown;
}

const isNetworkError = (error: unknown): error is NetworkError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && silent.includes(error.code);

/** Names the endpoint that does not answer; undefined where it is not that. */
export function unanswered(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!isNetworkError(error)) return error.cause === undefined ? undefined : unanswered(error.cause);
  const { code, hostname, address, port } = error;
  const host = String(hostname ?? address ?? '');
  const endpoint = process.env.AWS_ENDPOINT_URL ?? [host, port].filter(Boolean).join(':');
  const isHere = /^(https?:\/\/)?(127\.|localhost\b|\[?::1)/.test(endpoint);
  return `The endpoint ${endpoint} does not answer (${code})${isHere ? ': is `npm run local` running?' : '.'}`;
}

/** Whose the credentials are, beside the account that they would have to be of. */
async function ownerOf({ account, region }: Config['build']): Promise<{ arn: string; stranger: string | undefined }> {
  const arn = await callerArn(region);
  const own = arn.split(':')[4];
  return { arn, stranger: own === account ? undefined : own };
}

/** Of something of Gantry's that is not in the build account, as these credentials see it. */
export async function whereItIs({ build }: Config): Promise<string> {
  const { arn, stranger } = await ownerOf(build);
  const place = `the build account of gantry.config.ts, ${build.account} (${build.region})`;
  return stranger === undefined
    ? `Is Gantry deployed in ${place}, on this --stage? These credentials, ${arn}, are of that account.`
    : `It is in ${place}, and these credentials, ${arn}, are of account ${stranger}: log in to the build account.`;
}

/** The same of a target's role that STS refuses: it says no more than that. */
async function whyRefused(role: string, said: string, { build }: Config): Promise<string> {
  const { arn, stranger } = await ownerOf(build);
  if (stranger !== undefined)
    return `The role ${role} cannot be assumed: it trusts the build account, ${build.account}, and these credentials, ${arn}, are of account ${stranger}. Log in to the build account.`;
  return (
    `The role ${role} cannot be assumed by your credentials, ${arn}. Check that the role exists (is Gantry deployed on this --stage?), that it trusts ` +
    `account ${build.account} with the external id of gantry.config.ts, if one is there, and that your own policies allow sts:AssumeRole on it. AWS said: ${said}`
  );
}

/** The same error, its message as it helps whoever runs the command line. */
export async function advised(error: Error, config: Config): Promise<Error> {
  if (isUnauthenticated(error))
    return new Failure('SystemUnavailable', `No AWS credentials: ${error.message}. ${logIn(config)}`, { cause: error });
  if (isMissing(error)) {
    const sentence = `${error.name}: ${error.message}. ${await whereItIs(config)}`;
    return new Failure('ConfigurationError', sentence, { cause: error });
  }
  const silence = unanswered(error);
  if (silence !== undefined)
    return new Failure('SystemUnavailable', `${error.message} ${silence}`, { cause: error.cause });
  return error.name === 'PermissionError' ? refused(error, config) : error;
}

/** No credentials, or ones that are over, are an error of the SDK alone: no answer of AWS. */
const isUnauthenticated = ({ name }: Error): boolean => /^(CredentialsProviderError|TokenProviderError)$/.test(name);

/** AWS knows the caller, but has never heard of what Gantry consists of. */
const isMissing = ({ name }: Error): boolean => /^(StateMachineDoesNotExist|ResourceNotFoundException)$/.test(name);

const logIn = ({ build }: Config): string =>
  `Log in to the build account, ${build.account}, and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ` +
  '`npm run local` prints those of the embedded AWS.';

async function refused(error: Error, config: Config): Promise<Error> {
  const [, role] = /^The role (\S+) cannot be assumed\./.exec(error.message) ?? [];
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  const asked = role === undefined ? orElsewhere(error.message, config) : whyRefused(role, said, config);
  // Who may not even ask STS who they are is told what was told already.
  const sentence = await asked.catch(() => error.message);
  return new Failure('PermissionError', sentence, { cause: error.cause });
}

/** A stranger to the build account needs no other policy, but other credentials. */
async function orElsewhere(message: string, { build }: Config): Promise<string> {
  const { arn, stranger } = await ownerOf(build);
  if (stranger === undefined) return message;
  return `${message} But these credentials, ${arn}, are of account ${stranger}: log in to the build account, ${build.account}.`;
}
