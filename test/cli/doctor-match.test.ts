import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstalledService } from '../../aws/installed-service.ts';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import type { DoctorFacts, RoleFacts } from '../../cli/doctor/facts.ts';
import { validateConfig } from '../../core/config/check.ts';
import { serviceTrustPolicy } from '../../infra/service-principals.ts';
import config from './doctor-config.ts';
import { getStatement, removeFromStatement, removeStatement } from './doctor-facts.ts';

const account = '220974816353';
const [test] = config.targets;
const match = { services: 'tea-*', families: ['tea-*', 'old-*'], passRoles: ['tea-*', 'team/*'] };
const { services: _services, ...place } = test!;
const configOf = (target: object) =>
  validateConfig({ ...config, pipelines: [], targets: [{ ...place, ...target }] } as never);
/** The facts with separate roles, which a test can change without changing the declaration. */
function factsOf(target: object = { match }): DoctorFacts {
  const facts = declaredFacts(configOf(target), 'production', Date.UTC(2026, 0, 1));
  return { ...facts, roles: new Map(JSON.parse(JSON.stringify([...facts.roles]))) };
}
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const policyOf = (facts: DoctorFacts) => {
  const role = facts.roles.get(roleArn('test-deployment'));
  if (role === undefined || !('found' in role)) throw new Error('no test-deployment');
  return role.found.policies.deployment;
};
const resultsOf = async (facts: DoctorFacts) => (await diagnose(facts)).filter(({ about }) => about === 'test');

describe('the doctor of a target with patterns, without --live', () => {
  it('finds nothing wrong in the policies that would be deployed', async () => {
    expect((await resultsOf(factsOf())).filter(({ state }) => state === 'NG')).toEqual([]);
  });

  it.each<[what: string, statement: string, spoil: (facts: DoctorFacts) => void]>([
    [
      'the permission to list services',
      'ListTasks',
      (facts) => removeFromStatement(getStatement(policyOf(facts), 'ListTasks'), 'Action', 'ecs:ListServices'),
    ],
    [
      'the permission to register revisions',
      'RegisterRevision',
      (facts) => removeStatement(policyOf(facts), 'RegisterRevision'),
    ],
    [
      'the second family',
      'RegisterRevision',
      (facts) =>
        removeFromStatement(
          getStatement(policyOf(facts), 'RegisterRevision'),
          'Resource',
          `arn:aws:ecs:eu-central-1:${account}:task-definition/old-*:*`,
        ),
    ],
    ['the permission to pass roles', 'PassTaskRoles', (facts) => removeStatement(policyOf(facts), 'PassTaskRoles')],
    [
      'the permission to update services',
      'Services',
      (facts) => removeFromStatement(getStatement(policyOf(facts), 'Services'), 'Action', 'ecs:UpdateService'),
    ],
  ])('misses %s', async (_what, statement, spoil) => {
    const facts = factsOf();
    spoil(facts);
    const wrong = (await resultsOf(facts)).filter(({ state }) => state === 'NG');
    expect(wrong.map((one) => one.statement)).toContain(statement);
  });

  it('finds nothing wrong for any names and patterns that the configuration can have', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 4 });
    const pattern = fc.string({ unit: fc.constantFrom('a', '-', '*'), minLength: 1, maxLength: 4 });
    const matches = fc.record({
      services: fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }),
      families: fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }),
      passRoles: fc.array(
        word.map((one) => `a${one}*`),
        { maxLength: 2 },
      ),
    });
    const services = fc
      .uniqueArray(word, { maxLength: 2 })
      .map((names) =>
        names.map((name) => ({ name, containers: ['app'], executionRole: `${name}x`, family: `${name}f` })),
      );
    await fc.assert(
      fc.asyncProperty(matches, services, async (anyMatch, named) => {
        const results = await resultsOf(factsOf({ services: named, match: anyMatch }));
        // The execution roles of existing services are not declared. So the doctor cannot say whether these roles are allowed to pull.
        expect(results.filter(({ state, link }) => state === 'NG' && link !== 'pull')).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('says how many more named services fit, and that many fit', async () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...test!.services[0]!,
        create: undefined,
        name: `service-${String(index).padStart(2, '0')}`,
      }));
    const said = async (count: number) => {
      const line = (await resultsOf(factsOf({ services: named(count) }))).find(({ title }) =>
        title.includes('room for more'),
      );
      return Number(/room for (\d+) more services with names of 10 characters/.exec(line?.says ?? '')?.[1]);
    };
    const more = await said(1);
    expect(more).toBeGreaterThan(10);
    expect(await said(1 + more)).toBe(0);
    expect(() => factsOf({ services: named(2 + more) })).toThrow('IAM accepts 10240');
  });

  it('says nothing of room if patterns match every name', async () => {
    const all = { services: '*', families: '*', logGroups: '*', passRoles: ['pot-*'] };
    const titles = (await resultsOf(factsOf({ services: test!.services, match: all }))).map(({ title }) => title);
    expect(titles.filter((title) => title.includes('room'))).toEqual([]);
  });
});

const api: InstalledService = {
  status: 'ACTIVE',
  controller: 'ECS',
  family: 'tea-api',
  containers: ['app'],
  roles: [roleArn('tea-execution'), roleArn('team/task')],
  tags: [],
  alarms: [],
};
const allow = (...Statement: object[]) => ({
  own: { Version: '2012-10-17' as const, Statement: Statement as Record<string, unknown>[] },
});
const taskTrust = serviceTrustPolicy('ECS task', account) as RoleFacts['trust'];
const administrator: RoleFacts = { trust: taskTrust, policies: allow({ Effect: 'Allow', Action: '*', Resource: '*' }) };
const harmless: RoleFacts = {
  trust: taskTrust,
  policies: allow({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
};
const seen = (
  services: Record<string, Partial<InstalledService>>,
  roles: Record<string, RoleFacts | string> = {},
): DoctorFacts => {
  const facts: DoctorFacts = { ...factsOf({ services: test!.services, match }), live: true };
  const passable = Object.entries(roles).map(
    ([name, role]) => [roleArn(name), typeof role === 'string' ? { unread: role } : { found: role }] as const,
  );
  facts.passable.set('test', { found: new Map(passable) });
  facts.matched.set('test/tea-*', { found: Object.keys(services) });
  for (const [name, change] of Object.entries(services))
    facts.services.set(`test/${name}`, { found: { ...api, ...change } });
  return facts;
};
const resultOf = async (facts: DoctorFacts, title: RegExp) =>
  (await resultsOf(facts)).find((one) => title.test(one.title));

describe('the doctor of a target with patterns, with --live', () => {
  it('lists the services that match', async () => {
    const found = await resultOf(seen({ 'tea-api': {}, 'tea-web': {} }), /^the services that match/);
    expect(found).toMatchObject({
      state: 'OK',
      says: 'the services that match test/tea-* can be deployed: 2 (tea-api, tea-web)',
    });
  });

  it.each<[what: string, change: Partial<InstalledService>, statement: string, says: string]>([
    ['another deployment controller', { controller: 'CODE_DEPLOY' }, 'deploymentController', 'CODE_DEPLOY'],
    ['a role that no pattern matches', { roles: [roleArn('other')] }, 'PassTaskRoles', 'role/other'],
    [
      'a role of another account',
      { roles: ['arn:aws:iam::999999999999:role/tea-task'] },
      'PassTaskRoles',
      '999999999999',
    ],
    ['a family that no pattern matches', { family: 'other' }, 'RegisterRevision', 'the family other'],
    ['a status other than ACTIVE', { status: 'DRAINING' }, 'status', 'DRAINING'],
  ])('names a service that matches and has %s', async (_what, change, statement, says) => {
    const found = await resultOf(seen({ 'tea-api': {}, 'tea-web': change }), /^the services that match/);
    expect(found).toMatchObject({ state: 'NG', statement });
    expect(found?.says).toContain('1 cannot be deployed');
    expect(found?.says).toContain(says);
  });

  it.each<[what: string, roles: Record<string, RoleFacts | string>, state: string, says: string]>([
    ['harmless', { 'tea-task': harmless, 'team/x': harmless }, 'OK', 'tea-task, team/x'],
    [
      'of an administrator',
      { 'tea-task': harmless, 'tea-admin': administrator },
      'NG',
      'the role tea-admin, which may change any role',
    ],
    [
      'of somebody who may do everything in IAM',
      { 'tea-iam': { ...administrator, policies: allow({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) } },
      'NG',
      'tea-iam',
    ],
    [
      'of an administrator, but tasks cannot have it',
      { 'tea-admin': { ...administrator, trust: serviceTrustPolicy('Lambda', account) as RoleFacts['trust'] } },
      'OK',
      'tea-admin',
    ],
    ['not readable', { 'tea-task': 'access denied' }, 'OK', 'tea-task; the policies of tea-task could not be read'],
    ['none', {}, 'OK', 'none'],
  ])('lists the roles that may be passed, which are %s', async (_what, roles, state, says) => {
    const found = await resultOf(seen({}, roles), /^the roles that the deployment role/);
    expect(found?.state).toBe(state);
    expect(found?.says).toContain(says);
  });

  it('skips what it could not list, and says why', async () => {
    const facts = seen({});
    facts.matched.set('test/tea-*', { unread: 'run this again with credentials of account 1' });
    facts.passable.set('test', { unread: 'the list of roles cannot be read: denied' });
    const skipped = (await resultsOf(facts)).filter(({ state }) => state === 'SKIP').map(({ fix }) => fix);
    expect(skipped).toEqual(
      expect.arrayContaining([
        'run this again with credentials of account 1',
        'the list of roles cannot be read: denied',
      ]),
    );
  });
});

describe('the doctor of a target whose pause hooks people can answer', () => {
  const answering = () => factsOf({ match, pauseHooks: 'allow' });

  it('finds nothing wrong in the policies that would be deployed', async () => {
    const results = await resultsOf(answering());
    expect(results.filter(({ state }) => state === 'NG')).toEqual([]);
    expect(results.map(({ title }) => title)).toContainEqual(expect.stringContaining('answer the pause hooks of tea-'));
  });

  it.each(['Services', 'Deployments'])('finds that the statement %s does not allow to answer', async (statement) => {
    const facts = answering();
    removeFromStatement(getStatement(policyOf(facts), statement), 'Action', 'ecs:ContinueServiceDeployment');
    const wrong = (await resultsOf(facts)).filter(({ state }) => state === 'NG');
    expect(wrong).toMatchObject([{ link: 'ECS', fix: expect.stringContaining('ecs:ContinueServiceDeployment') }]);
  });
});
