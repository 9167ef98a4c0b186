import { readCredentialSettings } from './credential-settings.ts';
import { explainMissingCredentials } from './missing-credentials.ts';

/** The names under which AWS refuses credentials that have expired. */
const expiredNames = /^(ExpiredToken.*|TokenRefreshRequired|RequestExpired)$/;

/** The SDK itself throws these errors if there are no credentials or they have expired; AWS was not called. */
const missingNames = /^(CredentialsProviderError|TokenProviderError)$/;

const endWithPeriod = (text: string): string => `${text.trim().replace(/\.+$/, '')}.`;

/**
 * Says why AWS refuses the user's credentials, and what to do. Undefined for any other error. `hint`: what to do if the user has chosen no credentials at all.
 */
export function explainCredentials(error: unknown, hint: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (missingNames.test(error.name)) {
    const cause = explainMissingCredentials(readCredentialSettings(), error.message);
    return `No AWS credentials: ${cause ?? `${endWithPeriod(error.message)} ${hint}`}`;
  }
  if (expiredNames.test(error.name)) return 'Your AWS credentials have expired: log in again.';
  return error.cause === undefined ? undefined : explainCredentials(error.cause, hint);
}

/** The hint for a user without credentials, in a program that works with the credentials of any account. */
export const anyLoginHint =
  'Log in and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
