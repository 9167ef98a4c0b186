import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import type { RoleDeclaration } from '../../infra/policy.ts';
import { declareSystem } from '../../infra/system.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import { exampleWithTargets } from '../example-config.ts';

const build = '111111111111';
const keyArn = `arn:aws:kms:eu-west-1:${build}:key/11111111-2222-3333-4444-555555555555`;
const rolesWith = (target: object): RoleDeclaration[] => {
  const [first, ...others] = example.targets;
  const config = validateConfig(exampleWithTargets([{ ...first!, ...target }, ...others]));
  return declareSystem(config, { stage: 'production', keyArn }).roles;
};

/** Whether a caller whose own policies allow everything can assume the role. */
async function canAssume(role: RoleDeclaration | undefined, by: string, externalId?: string): Promise<boolean> {
  if (role === undefined) return false;
  const account = by.split(':')[4]!;
  const isRole = by.includes(':role/');
  const arn = isRole ? `arn:aws:sts::${account}:assumed-role/${by.split('/').at(-1)}/s` : by;
  const decision = await evaluatePolicies(
    {
      caller: { account, arn, ...(isRole && { roleArn: by }) },
      region: 'eu-west-1',
      at: 0,
      action: 'sts:AssumeRole',
      resource: role.arn,
      circumstances: {
        policy: role.trust,
        owner: role.account,
        context: externalId === undefined ? {} : { 'sts:ExternalId': externalId },
      },
    },
    { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
  );
  return 'allowedBy' in decision;
}

const inBuild = (name: string) => `arn:aws:iam::${build}:${name}`;
const gantry = inBuild('role/gantry-production-update-service');
const pipeline = inBuild('role/web-shop-production-pipeline');

describe('the deployment role can be assumed', () => {
  it.each<[string, object, string, string | undefined, boolean]>([
    ['by a function that deploys', {}, gantry, undefined, true],
    ['by a function that does not deploy', {}, inBuild('role/gantry-production-take-job'), undefined, false],
    [
      'by a role with the same name in a path',
      {},
      inBuild('role/x/gantry-production-update-service'),
      undefined,
      false,
    ],
    ['by a role of another stage', {}, inBuild('role/gantry-staging-update-service'), undefined, false],
    ['by an administrator', {}, inBuild('user/admin'), undefined, false],
    ['by the build', {}, inBuild('role/web-shop-production-build'), undefined, false],
    ['by the pipeline', {}, pipeline, undefined, false],
    ['by the pipeline, with builtInAction', { builtInAction: true }, pipeline, undefined, true],
    [
      'by the pipeline, with builtInAction and an external id',
      { builtInAction: true, externalId: 'e7' },
      pipeline,
      undefined,
      true,
    ],
    ['without the external id', { externalId: 'e7' }, gantry, undefined, false],
    ['with another external id', { externalId: 'e7' }, gantry, 'e8', false],
    ['with the external id', { externalId: 'e7' }, gantry, 'e7', true],
    ['by its own viewers', { viewers: [inBuild('user/anna')] }, inBuild('user/anna'), undefined, false],
  ])('%s', async (_, target, by, externalId, expected) => {
    const role = rolesWith(target).find(({ name }) => name === 'test-deployment');
    expect(await canAssume(role, by, externalId)).toBe(expected);
  });
});

describe('the viewer role can be assumed', () => {
  it.each<[string, string[], string, boolean]>([
    ['by nobody, if there are no viewers', [], inBuild('user/anna'), false],
    ['by a named user', [inBuild('user/anna')], inBuild('user/anna'), true],
    ['by no other user', [inBuild('user/anna')], inBuild('user/anna2'), false],
    ['by a role that a pattern matches', [inBuild('role/sso/*')], inBuild('role/sso/eu/developers'), true],
    ['by no role outside the pattern', [inBuild('role/sso/*')], inBuild('role/developers'), false],
    ['by everyone in an account', [inBuild('root')], inBuild('role/anything'), true],
    ['by nobody of another account', [inBuild('root')], 'arn:aws:iam::444444444444:user/anna', false],
    [
      'by a user with the same name of another account',
      [inBuild('user/anna')],
      'arn:aws:iam::444444444444:user/anna',
      false,
    ],
    [
      'by a viewer of another account',
      ['arn:aws:iam::444444444444:user/bo'],
      'arn:aws:iam::444444444444:user/bo',
      true,
    ],
  ])('%s', async (_, viewers, by, expected) => {
    const role = rolesWith({ viewers }).find(({ name }) => name === 'test-deployment-viewer');
    expect(await canAssume(role, by)).toBe(expected);
  });
});

it('a trust policy that IAM would refuse is refused before the deployment', () => {
  const viewers = Array.from({ length: 40 }, (_, index) => inBuild(`role/a-rather-long-name-of-a-viewer-${index}`));
  expect(() => rolesWith({ viewers })).toThrow(/trust policy of the role test-deployment-viewer .*IAM accepts 2048/s);
});
