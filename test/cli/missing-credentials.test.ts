import { describe, expect, it } from 'vitest';
import { parseProfiles } from '../../cli/aws-profile-files.ts';
import { explainMissingCredentials } from '../../cli/missing-credentials.ts';

const none = 'Could not load credentials from any providers';
const sso =
  "The SSO session associated with this profile has expired. To refresh this SSO session run 'aws sso login'.";

const config = `# a comment
[default]
region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = 111111111111
[ sso-session corp ]
sso_start_url = https://corp.awsapps.com/start
[profile chained]
role_arn = arn:aws:iam::111111111111:role/deployer
source_profile = gone
[profile process]
credential_process = get-secret --token abc
[profile old]
sso_start_url = https://corp.awsapps.com/start
s3 =
  max_concurrent_requests = 20
`;
const credentials = '[keys]\naws_access_key_id = AKIA\naws_secret_access_key = hidden\n';

interface Settings {
  env?: Record<string, string>;
  config?: string | undefined;
}

const explain = (failure: string, { env = {}, ...given }: Settings = {}): string | undefined => {
  const text = 'config' in given ? given.config : config;
  return explainMissingCredentials(
    {
      env,
      files: [
        { path: '~/config', text },
        { path: '~/credentials', text: credentials },
      ],
    },
    failure,
  );
};
const profile = (AWS_PROFILE: string): Settings => ({ env: { AWS_PROFILE } });

describe('if the SDK finds no credentials, the message names', () => {
  it.each<[what: string, failure: string, settings: Settings, sentence: string | undefined]>([
    [
      'an unknown profile, and those that exist',
      none,
      profile('nope'),
      'AWS_PROFILE is "nope", but there is no such profile; the profiles in ~/config and ~/credentials are: default, dev, chained, process, old, keys. Correct or unset AWS_PROFILE.',
    ],
    [
      'keys that a profile hides',
      none,
      { env: { AWS_PROFILE: 'nope', AWS_ACCESS_KEY_ID: 'AKIA' } },
      'While AWS_PROFILE is set, AWS_ACCESS_KEY_ID is ignored.',
    ],
    [
      'an expired SSO session',
      sso,
      profile('dev'),
      'The SSO session of the profile "dev" has expired or was never started. Run: aws sso login --profile dev',
    ],
    ['an expired SSO session of an older profile', sso, profile('old'), 'Run: aws sso login --profile old'],
    [
      'an unknown source_profile',
      none,
      profile('chained'),
      'The profile "chained" names the source_profile "gone", which does not exist;',
    ],
    [
      'a credential_process without its command',
      none,
      profile('process'),
      'The credential_process of the profile "process" returned no credentials. Run its command to see why.',
    ],
    [
      'a profile whose credentials do not work',
      none,
      profile('keys'),
      'The profile "keys" has no credentials that work.',
    ],
    ['the default profile if it has none', none, {}, 'The profile "default" has no credentials that work.'],
    [
      'a missing half of a key',
      none,
      { env: { AWS_ACCESS_KEY_ID: 'AKIA' }, config: undefined },
      'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not. Set both.',
    ],
    [
      'the line of a file that cannot be parsed',
      none,
      { ...profile('dev'), config: '[profile dev\nregion = x' },
      'Line 1 of ~/config is neither a section, such as [profile dev], nor NAME = VALUE. Correct it.',
    ],
    [
      'the line of a file that holds another profile',
      none,
      { ...profile('dev'), config: `${config}secret hidden` },
      'Line 18 of ~/config is neither',
    ],
    ['nothing if the user has chosen nothing', none, { config: undefined }, undefined],
  ])('%s', (_, failure, settings, sentence) => {
    const found = explain(failure, settings);
    if (sentence === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(sentence);
    expect(found ?? '').not.toMatch(/hidden|abc/);
  });
});

describe('a file of profiles', () => {
  it('has sections with and without the word profile, comments, and indented settings', () => {
    const { profiles, wrongLine } = parseProfiles(`${config}${credentials}`);
    expect(wrongLine).toBeUndefined();
    expect([...profiles.keys()]).toEqual(['default', 'dev', 'sso-session corp', 'chained', 'process', 'old', 'keys']);
  });

  it.each([
    ['a section without its end', '[profile dev\n', 1],
    ['a setting before every section', 'region = eu-west-1\n[default]\n', 1],
    ['a line without =', '[default]\n\nregion eu-west-1\n', 3],
  ])('shows the number of the first line that is wrong: %s', (_, text, line) => {
    expect(parseProfiles(text).wrongLine).toBe(line);
  });
});
