import { describe, expect, it } from 'vitest';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { DoctorFacts } from '../../cli/doctor/facts.ts';
import { parsePolicyText } from '../../cli/doctor/lookup.ts';
import { validateConfig } from '../../core/config/check.ts';
import doctorConfig from './doctor-config.ts';

const { account: build, region } = doctorConfig.build;
const [test, prod] = doctorConfig.targets.map(({ account }) => account) as [string, string];
const elsewhere = '998877665544';
const configWith = (sources: { repositories?: string[]; registries?: string[] }) =>
  validateConfig({ ...doctorConfig, ...sources } as never);

const root = (account: string) => `arn:aws:iam::${account}:root`;
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const allPull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const allow = (AWS: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Principal: AWS === '*' ? '*' : { AWS },
  Action: allPull,
  ...more,
});
const policyText = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** The results about repositories, if these repositories exist in one account and Region with these policies. */
async function judge(
  sources: Parameters<typeof configWith>[0],
  place: string,
  policies: Record<string, string>,
): Promise<{ state: string; text: string }[]> {
  const facts: DoctorFacts = { ...declaredFacts(configWith(sources), 'production', 0), live: true };
  const found = new Map(Object.entries(policies).map(([name, text]) => [name, parsePolicyText(text)]));
  facts.repositories.set(place, { found });
  const results = await diagnose(facts);
  return results
    .filter(({ about, title }) => about === 'repositories' && title.includes(place))
    .map(({ state, says, fix = '' }) => ({ state, text: `${says} FIX ${fix}` }));
}

const own = { repositories: ['legacy/*'] };
const atBuild = `account ${build} in ${region}`;
const both = allow([root(test), root(prod)]);

describe('the doctor on a repository of the build account', () => {
  it.each<[what: string, policy: string, state: string, says: string[]]>([
    ['without a policy', '', 'NG', [`the tasks of test in account ${test}`, `the tasks of prod in account ${prod}`]],
    ['that admits every target', policyText(both), 'OK', ['admit the accounts that use them FIX']],
    ['that admits everyone', policyText(allow('*')), 'OK', ['admit the accounts that use them FIX']],
    [
      'that admits one target only',
      policyText(allow(root(test))),
      'OK',
      [`does not admit the tasks of prod in account ${prod}`],
    ],
    [
      'that names the execution roles',
      policyText(allow([role(test, 'pot-execution'), role(prod, 'pot-execution')])),
      'OK',
      ['admit the accounts that use them FIX'],
    ],
    [
      'that names other roles of the accounts',
      policyText(allow([role(test, 'x'), role(prod, 'y/z')])),
      'OK',
      ['admit the accounts that use them FIX'],
    ],
    [
      'that admits an organization',
      policyText(allow('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })),
      'OK',
      ['admit the accounts that use them FIX'],
    ],
    ['that admits another account', policyText(allow(root(elsewhere))), 'NG', [`account ${test}`]],
    [
      'that allows only to list images',
      policyText({ ...both, Action: 'ecr:ListImages' }),
      'NG',
      ['ecr:GetDownloadUrlForLayer'],
    ],
    [
      'that lets images be looked up and not pulled',
      policyText({ ...both, Action: 'ecr:BatchGetImage' }),
      'NG',
      ['legacy/app'],
    ],
    ['that denies what it allows', policyText(both, { ...both, Effect: 'Deny', Principal: '*' }), 'NG', ['legacy/app']],
  ])('%s', async (_, policy, state, says) => {
    const [only, ...more] = await judge(own, atBuild, { 'legacy/app': policy });
    expect(more).toEqual([]);
    expect(only?.state).toBe(state);
    for (const part of says) expect(only?.text).toContain(part);
  });

  it('names one without a policy beside others that have one, without a failure: no release may use it', async () => {
    const [only] = await judge(own, atBuild, { 'legacy/app': policyText(both), 'legacy/tools': '' });
    expect(only).toMatchObject({ state: 'OK', text: expect.stringContaining('that of legacy/tools does not admit') });
  });

  it('fails for one that is listed by its own name, beside others', async () => {
    const sources = { repositories: ['legacy/*', 'legacy/tools'] };
    const [only] = await judge(sources, atBuild, { 'legacy/app': policyText(both), 'legacy/tools': '' });
    expect(only).toMatchObject({
      state: 'NG',
      text: expect.stringContaining(
        `FIX add the statement {"Sid":"Gantry","Effect":"Allow","Principal":{"AWS":["${root(test)}","${root(prod)}"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
      ),
    });
  });

  it('is checked in every Region of a target too', async () => {
    expect(await judge(own, `account ${build} in eu-west-1`, { 'legacy/app': '' })).toMatchObject([{ state: 'NG' }]);
  });
});

const hosts: [form: string, host: string][] = [
  ['IPv4', `${test}.dkr.ecr.eu-north-1.amazonaws.com`],
  ['dual stack', `${test}.dkr-ecr.eu-north-1.on.aws`],
];

describe.each(hosts)(
  "the doctor on a repository of a target's own ECR in another Region, by its %s host",
  (_form, host) => {
    const sources = { registries: [`${host}/base`] };
    const place = `account ${test} in eu-north-1`;

    it.each<[what: string, policy: string, state: string, says: string]>([
      [
        'without a policy',
        '',
        'NG',
        `Gantry's functions in account ${build} (ecr:BatchGetImage) and the tasks of prod`,
      ],
      ['that admits the build account and the other target', policyText(allow([root(build), root(prod)])), 'OK', 'FIX'],
      [
        'that admits only the build account',
        policyText(allow(root(build))),
        'NG',
        `the tasks of prod in account ${prod}`,
      ],
      ['that admits only the other target', policyText(allow(root(prod))), 'NG', "Gantry's functions"],
      [
        'that admits one of the functions only',
        policyText(allow([role(build, 'tea-shop-production-read-images'), root(prod)])),
        'NG',
        "Gantry's functions",
      ],
    ])('%s', async (_, policy, state, says) => {
      const [only] = await judge(sources, place, { 'base/app': policy });
      expect(only?.state).toBe(state);
      expect(only?.text).toContain(says);
    });
  },
);

it('the doctor passes a place without such repositories: a Region of a target has none as long as none is created', async () => {
  expect(await judge(own, atBuild, {})).toMatchObject([
    { state: 'OK', text: expect.stringContaining('there are none') },
  ]);
});

it('the doctor says nothing about registries without policies, and of ECR only what --live can check', async () => {
  const config = configWith({ repositories: [], registries: ['public.ecr.aws/nginx', 'docker.io/library'] });
  const about = async (facts: DoctorFacts) => (await diagnose(facts)).filter((one) => one.about === 'repositories');
  expect(await about(declaredFacts(config, 'production', 0))).toEqual([]);
  const offline = await about(declaredFacts(configWith(own), 'production', 0));
  expect(offline.map(({ state, fix }) => [state, fix])).toEqual([
    ['SKIP', 'only --live can check this'],
    ['SKIP', 'only --live can check this'],
  ]);
});
