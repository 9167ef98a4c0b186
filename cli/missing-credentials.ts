import { type ParsedProfiles, type ProfileFile, parseProfiles } from './aws-profile-files.ts';

/** Where the SDK looks for credentials: the environment, and the config and the credentials file. */
export interface CredentialSettings {
  env: Record<string, string | undefined>;
  files: ProfileFile[];
}

interface ParsedFile extends ParsedProfiles {
  path: string;
}

const parseFiles = ({ files }: CredentialSettings): ParsedFile[] =>
  files.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, ...parseProfiles(text) }]));

/** The merged settings of a profile in all files; undefined if no file has it. */
function findProfile(files: ParsedFile[], name: string): Record<string, string> | undefined {
  const found = files.map(({ profiles }) => profiles.get(name)).filter((profile) => profile !== undefined);
  return found.length === 0 ? undefined : Object.assign({}, ...found);
}

/** Says which profiles exist, without sections that are not profiles, such as `sso-session corp`. */
function describeProfiles(settings: CredentialSettings, files: ParsedFile[]): string {
  const names = [...new Set(files.flatMap(({ profiles }) => [...profiles.keys()]))].filter(
    (name) => !name.includes(' '),
  );
  const searched = settings.files.map(({ path }) => path).join(' and ');
  return names.length === 0
    ? `there is no profile in ${searched}`
    : `the profiles in ${searched} are: ${names.join(', ')}`;
}

const explainWrongLine = ([file]: ParsedFile[]): string | undefined =>
  file &&
  `Line ${file.wrongLine} of ${file.path} is neither a section, such as [profile dev], nor NAME = VALUE. Correct it.`;

function explainHalfKey({ env }: CredentialSettings): string | undefined {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  const [missing, ...more] = names.filter((name) => !env[name]);
  if (missing === undefined || more.length > 0) return undefined;
  return `${names.find((name) => name !== missing)} is set, but ${missing} is not. Set both.`;
}

/** Says what is wrong with a profile that exists. `failure`: the SDK's error message. */
function explainProfile(name: string, profile: Record<string, string>, failure: string): string {
  if (profile.sso_session !== undefined || profile.sso_start_url !== undefined || /\bSSO\b/i.test(failure))
    return `The SSO session of the profile "${name}" has expired or was never started. Run: aws sso login --profile ${name}`;
  if (profile.credential_process !== undefined)
    return `The credential_process of the profile "${name}" returned no credentials. Run its command to see why.`;
  return `The profile "${name}" has no credentials that work. Log in with it, or choose another one with AWS_PROFILE.`;
}

/**
 * Says in one sentence why the SDK found no credentials, and what to do. Undefined if the user has chosen no credentials. The sentence contains no values of
 * settings except the names of profiles.
 */
export function explainMissingCredentials(settings: CredentialSettings, failure: string): string | undefined {
  const { env } = settings;
  const files = parseFiles(settings);
  const chosen = env.AWS_PROFILE || undefined;
  const name = chosen ?? 'default';
  const profile = findProfile(files, name);
  const unreadable = explainWrongLine(files.filter(({ wrongLine }) => wrongLine !== undefined));
  if (profile === undefined)
    return unreadable ?? (chosen === undefined ? explainHalfKey(settings) : explainUnknown(settings, files, chosen));
  const source = profile.source_profile;
  if (source !== undefined && findProfile(files, source) === undefined)
    return `The profile "${name}" names the source_profile "${source}", which does not exist; ${describeProfiles(settings, files)}.`;
  return unreadable ?? explainProfile(name, profile, failure);
}

function explainUnknown(settings: CredentialSettings, files: ParsedFile[], chosen: string): string {
  const { AWS_ACCESS_KEY_ID: key } = settings.env;
  const ignored = key ? ' While AWS_PROFILE is set, AWS_ACCESS_KEY_ID is ignored.' : '';
  return `AWS_PROFILE is "${chosen}", but there is no such profile; ${describeProfiles(settings, files)}. Correct or unset AWS_PROFILE.${ignored}`;
}
