import { describe, expect, it } from 'vitest';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import { validateConfig } from '../../core/config/check.ts';
import doctorConfig from './doctor-config.ts';

const { account, region } = doctorConfig.build;
const key = `arn:aws:kms:${region}:${account}:key/22222222-2222-4222-8222-222222222222`;
const withStore = (store: { bucket: string; key?: string }) =>
  validateConfig({ ...doctorConfig, artifactStores: [store] } as never);
const config = withStore({ bucket: 'team-artifacts', key });

const policy = (...Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });
const root = { AWS: `arn:aws:iam::${account}:root` };
const administration = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
const enabled = { arn: key, manager: 'CUSTOMER', state: 'Enabled', policy: policy(administration) };

/** The facts of live accounts in which the store exists and admits the build account. */
function liveFacts(): DoctorFacts {
  const facts = { ...declaredFacts(config, 'production', 0), live: true, caller: { found: account } };
  facts.stores.set('team-artifacts', { found: policy() });
  facts.storeKeys.set(key, { found: enabled });
  return facts;
}
const aboutStores = async (facts: DoctorFacts) =>
  (await diagnose(facts)).filter(({ about }) => about === 'artifactStores');

describe('the doctor on artifactStores', () => {
  it('passes before a deployment, and says what only --live can check', async () => {
    const results = await aboutStores(declaredFacts(config, 'production', 0));
    expect(results.filter(({ state }) => state === 'NG')).toEqual([]);
    expect(results.map(({ says }) => says)).toContain('the artifact store team-artifacts exists');
  });

  it('passes for a store that admits the functions', async () => {
    expect((await aboutStores(liveFacts())).map(({ state }) => state)).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
  });

  it.each<[string, string, string, (facts: DoctorFacts) => unknown]>([
    [
      'a bucket that does not exist',
      'there is no bucket',
      'remove team-artifacts, or correct its name',
      (facts) => facts.stores.set('team-artifacts', { missing: 'there is no bucket team-artifacts' }),
    ],
    [
      'a bucket policy that denies the functions',
      'the functions may not read artifacts of team-artifacts',
      'it denies s3:GetObject',
      (facts) =>
        facts.stores.set('team-artifacts', {
          found: policy({
            Sid: 'No',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::team-artifacts/*',
          }),
        }),
    ],
    [
      'a disabled key',
      `the key ${key} is Disabled`,
      'enable it',
      (facts) => facts.storeKeys.set(key, { found: { ...enabled, state: 'Disabled' } }),
    ],
    [
      'a key policy that does not admit the build account',
      `the functions may not decrypt with ${key}`,
      `add the statement {"Sid":"Gantry","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::${account}:root"]}`,
      (facts) =>
        facts.storeKeys.set(key, {
          found: {
            ...enabled,
            policy: policy({ ...administration, Principal: { AWS: 'arn:aws:iam::998877665544:root' } }),
          },
        }),
    ],
    [
      'a key that does not exist',
      'there is no key',
      'correct the ARN of the key',
      (facts) => facts.storeKeys.set(key, { missing: `there is no key ${key}` }),
    ],
  ])('names %s, and what to do', async (_what, says, fix, spoil) => {
    const facts = liveFacts();
    spoil(facts);
    const [only, ...more] = (await aboutStores(facts)).filter(({ state }) => state === 'NG');
    expect(more).toEqual([]);
    expect(only?.says).toContain(says);
    expect(only?.fix).toContain(fix);
  });

  it('names a key of another Region, also before a deployment', async () => {
    const far = withStore({ bucket: 'team-artifacts', key: key.replace(region, 'eu-west-2') });
    const wrong = (await aboutStores(declaredFacts(far, 'production', 0))).filter(({ state }) => state === 'NG');
    expect(wrong.map(({ says }) => says)).toEqual([
      expect.stringContaining('is in eu-west-2, and the pipelines are in'),
    ]);
  });
});
