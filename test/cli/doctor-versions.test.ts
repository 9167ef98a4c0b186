import { describe, expect, it } from 'vitest';
import { checkVersions } from '../../cli/doctor/check-versions.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { listVersionArns } from '../../cli/doctor/live-versions.ts';
import config from './doctor-config.ts';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`;

describe('the versions that a definition names', () => {
  it.each<[what: string, resources: string[], expected: string[]]>([
    ['are the qualified ARNs, each once', [arn('a:1'), arn('b:12'), arn('a:1')], [arn('a:1'), arn('b:12')]],
    ['include an alias', [arn('a:live')], [arn('a:live')]],
    [
      'include those of another partition',
      [arn('a:1').replace('aws', 'aws-cn')],
      [arn('a:1').replace('aws', 'aws-cn')],
    ],
    ['do not include an unqualified function or another integration', [arn('a'), 'arn:aws:states:::lambda:invoke'], []],
  ])('%s', (_what, resources, expected) => {
    const States = Object.fromEntries(resources.map((Resource, at) => [`S${at}`, { Type: 'Task', Resource }]));
    expect(listVersionArns(JSON.stringify({ States }, null, 2))).toEqual(expected);
  });
});

it('the doctor names the machine, the function and the version that does not exist', async () => {
  const missingVersions = {
    found: new Map([
      ['tea-shop-production-deploy', [arn('tea-shop-production-wake:3')]],
      ['tea-shop-production-rollback', []],
    ]),
  };
  const facts = { ...declaredFacts(config, 'production', 0), live: true, missingVersions };
  expect(await checkVersions().run(facts)).toMatchObject({
    state: 'NG',
    says: 'tea-shop-production-deploy names tea-shop-production-wake:3, which does not exist',
    policy: 'state machines tea-shop-production-deploy',
  });
  expect(await checkVersions().run({ ...facts, live: false })).toMatchObject({ state: 'SKIP' });
});
