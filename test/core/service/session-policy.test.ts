import { describe, expect, it } from 'vitest';
import type { TargetAccess } from '../../../core/service/session-actions.ts';
import { createSessionPolicy, type SessionPolicyLength } from '../../../core/service/session-policy.ts';
import { evaluatePolicies } from '../../../policy-evaluator/evaluate-policies.ts';

const account = '222222222222';
const target = {
  roleArn: `arn:aws:iam::${account}:role/deploy/test-deployment`,
  region: 'eu-west-1',
  cluster: 'web-cluster',
  service: 'web',
};
type Place = typeof target;

const taskRole = `arn:aws:iam::${account}:role/shop-task`;
const purposeOf = (
  access: TargetAccess,
  family = 'shop',
  roles = [taskRole],
  passRoles = ['shop-task', 'ecsEventsRole'],
) => {
  if (access === 'stop task') return { access, task: `arn:aws:ecs:eu-west-1:${account}:task/web-cluster/t1` };
  if (access === 'start task') return { access, family, passRoles };
  if (access === 'move schedules') return { access, passRoles };
  return access === 'register revision' ? { access, family, roles } : { access };
};

/** Every request that a session of any state could make for its own service, and the context that ECS or IAM sends with it. */
const ecs = (resource: string, { region, cluster } = target) =>
  `arn:aws:ecs:${region}:${account}:${resource.replace('CLUSTER', cluster)}`;
const requests: Record<string, { on: (place: Place) => string[]; context?: (place: Place) => Record<string, string> }> =
  {
    'ecs:DescribeServices': { on: (at) => [ecs(`service/CLUSTER/${at.service}`, at)] },
    'ecs:UpdateService': { on: (at) => [ecs(`service/CLUSTER/${at.service}`, at)] },
    'ecs:ListServiceDeployments': { on: (at) => [ecs(`service/CLUSTER/${at.service}`, at)] },
    'ecs:DescribeServiceDeployments': {
      on: (at) => [ecs(`service/CLUSTER/${at.service}`, at), ecs(`service-deployment/CLUSTER/${at.service}/d1`, at)],
    },
    'ecs:ContinueServiceDeployment': {
      on: (at) => [ecs(`service/CLUSTER/${at.service}`, at), ecs(`service-deployment/CLUSTER/${at.service}/d1`, at)],
    },
    'ecs:StopServiceDeployment': {
      on: (at) => [ecs(`service/CLUSTER/${at.service}`, at), ecs(`service-deployment/CLUSTER/${at.service}/d1`, at)],
    },
    'ecs:DescribeServiceRevisions': {
      on: (at) => [ecs(`service/CLUSTER/${at.service}`, at), ecs(`service-revision/CLUSTER/${at.service}/1`, at)],
    },
    'ecs:DescribeTasks': { on: (at) => [ecs('task/CLUSTER/t1', at)] },
    'ecs:ListTasks': { on: () => ['*'], context: (at) => ({ 'ecs:cluster': ecs('cluster/CLUSTER', at) }) },
    'ecs:ListServices': { on: () => ['*'], context: (at) => ({ 'ecs:cluster': ecs('cluster/CLUSTER', at) }) },
    'ecs:DescribeTaskDefinition': { on: () => ['*'] },
    'ecs:ListTaskDefinitions': { on: () => ['*'] },
    'ecs:RegisterTaskDefinition': { on: (at) => [ecs('task-definition/shop:7', at)] },
    'ecs:TagResource': {
      on: (at) => [ecs('task-definition/shop:7', at)],
      context: () => ({ 'ecs:CreateAction': 'RegisterTaskDefinition' }),
    },
    'iam:PassRole': {
      on: () => [`arn:aws:iam::${account}:role/shop-task`],
      context: () => ({ 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
    },
    'ecs:RunTask': {
      on: (at) => [ecs('task-definition/shop:7', at)],
      context: (at) => ({ 'ecs:cluster': ecs('cluster/CLUSTER', at) }),
    },
    'ecs:StopTask': { on: (at) => [ecs('task/CLUSTER/t1', at)] },
    'cloudwatch:DescribeAlarms': { on: () => ['*'] },
    'logs:GetLogEvents': { on: () => [`arn:aws:logs:eu-west-1:${account}:log-group:/ecs/web:log-stream:s`] },
    'scheduler:GetSchedule': { on: () => [`arn:aws:scheduler:eu-west-1:${account}:schedule/default/nightly`] },
    'scheduler:UpdateSchedule': { on: () => [`arn:aws:scheduler:eu-west-1:${account}:schedule/default/nightly`] },
    'scheduler:ListSchedules': { on: () => ['*'] },
    'events:ListTargetsByRule': { on: () => [`arn:aws:events:eu-west-1:${account}:rule/nightly`] },
    'events:PutTargets': { on: () => [`arn:aws:events:eu-west-1:${account}:rule/nightly`] },
    'events:ListRuleNamesByTarget': { on: () => ['*'] },
    'iam:SimulatePrincipalPolicy': { on: () => [`arn:aws:iam::${account}:role/ecsEventsRole`] },
    'states:ListStateMachines': { on: () => ['*'] },
    'states:DescribeStateMachine': { on: () => [`arn:aws:states:eu-west-1:${account}:stateMachine:report`] },
    // Requests that no state makes.
    'scheduler:DeleteSchedule': { on: () => [`arn:aws:scheduler:eu-west-1:${account}:schedule/default/nightly`] },
    'events:RemoveTargets': { on: () => [`arn:aws:events:eu-west-1:${account}:rule/nightly`] },
    'events:PutRule': { on: () => [`arn:aws:events:eu-west-1:${account}:rule/nightly`] },
    'ecs:DeleteService': { on: (at) => [ecs(`service/CLUSTER/${at.service}`, at)] },
    'ecs:CreateService': { on: (at) => [ecs(`service/CLUSTER/${at.service}`, at)] },
    'ecs:DeregisterTaskDefinition': { on: () => ['*'] },
    'ecs:ExecuteCommand': { on: (at) => [ecs('task/CLUSTER/t1', at)] },
    's3:GetObject': { on: () => ['arn:aws:s3:::artifacts/key'] },
    'kms:Decrypt': { on: () => ['arn:aws:kms:eu-west-1:111111111111:key/1'] },
    'sts:AssumeRole': { on: () => [`arn:aws:iam::${account}:role/admin`] },
    'elasticloadbalancing:DescribeTargetHealth': { on: () => ['*'] },
    'ec2:DescribeSubnets': { on: () => ['*'] },
  };

/** Whether a role with all permissions is allowed to make the request in the session. */
async function isAllowed(
  given: {
    access: TargetAccess;
    at?: Place;
    family?: string;
    roles?: string[];
    passRoles?: string[];
    form?: SessionPolicyLength | undefined;
  },
  { action, resource, context }: { action: string; resource: string; context?: Record<string, string> | undefined },
): Promise<boolean> {
  const { access, at = target, family, roles, passRoles, form } = given;
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }], Version: '2012-10-17' as const };
  const decision = await evaluatePolicies(
    {
      caller: {
        account,
        arn: `arn:aws:sts::${account}:assumed-role/test-deployment/s`,
        roleArn: at.roleArn,
        sessionPolicy: createSessionPolicy(at, purposeOf(access, family, roles, passRoles), form),
      },
      region: at.region,
      at: 0,
      action,
      resource,
      circumstances: context === undefined ? {} : { context },
    },
    { everything },
  );
  return 'allowedBy' in decision;
}

/** The actions of `requests` that a session is allowed to do on every resource that AWS checks. */
async function allowedActions(access: TargetAccess, at: Place = target, form?: SessionPolicyLength): Promise<string[]> {
  const actions: string[] = [];
  for (const [action, { on, context }] of Object.entries(requests)) {
    const decisions = on(at).map((resource) =>
      isAllowed({ access, at, form }, { action, resource, context: context?.(at) }),
    );
    if ((await Promise.all(decisions)).every((one) => one)) actions.push(action);
  }
  return actions.toSorted();
}

const history = [
  'ecs:DescribeServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:DescribeServices',
  'ecs:ListServiceDeployments',
];

/** The calls of each state in the target account. */
const actionsByState: Record<TargetAccess, string[]> = {
  'check target': ['cloudwatch:DescribeAlarms', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition'],
  'register revision': [
    'ecs:DescribeTaskDefinition',
    'ecs:ListTaskDefinitions',
    'ecs:RegisterTaskDefinition',
    'ecs:TagResource',
    'iam:PassRole',
  ],
  'update service': [
    'ecs:DescribeServiceRevisions',
    'ecs:DescribeServices',
    'ecs:ListServiceDeployments',
    'ecs:UpdateService',
  ],
  'watch rollout': [
    'cloudwatch:DescribeAlarms',
    ...history,
    'ecs:DescribeTaskDefinition',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'logs:GetLogEvents',
  ],
  'decide rollback': ['cloudwatch:DescribeAlarms', ...history, 'ecs:DescribeTaskDefinition'],
  'continue deployment': ['ecs:ContinueServiceDeployment', 'ecs:DescribeServiceDeployments'],
  'roll back': [...history, 'ecs:DescribeTaskDefinition', 'ecs:StopServiceDeployment', 'ecs:UpdateService'],
  'watch rollback': [
    'cloudwatch:DescribeAlarms',
    ...history,
    'ecs:DescribeTaskDefinition',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
  ],
  'read schedules': ['events:ListTargetsByRule', 'iam:SimulatePrincipalPolicy', 'scheduler:GetSchedule'],
  'move schedules': [
    'events:ListTargetsByRule',
    'events:PutTargets',
    'scheduler:GetSchedule',
    'scheduler:UpdateSchedule',
  ],
  'view schedules': [
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'events:ListRuleNamesByTarget',
    'events:ListTargetsByRule',
    'iam:SimulatePrincipalPolicy',
    'scheduler:GetSchedule',
    'scheduler:ListSchedules',
    'states:DescribeStateMachine',
    'states:ListStateMachines',
  ],
  'start task': ['ecs:DescribeServices', 'ecs:DescribeTasks', 'ecs:ListTasks', 'ecs:RunTask', 'iam:PassRole'],
  'watch task': ['ecs:DescribeTaskDefinition', 'ecs:DescribeTasks', 'logs:GetLogEvents'],
  'stop task': ['ecs:StopTask'],
  'find task': ['ecs:DescribeTasks', 'ecs:ListTasks'],
  'plan command': ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition'],
  'view log': ['ecs:DescribeTaskDefinition', 'logs:GetLogEvents'],
  view: [
    'cloudwatch:DescribeAlarms',
    ...history,
    'ecs:DescribeTaskDefinition',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
  ].toSorted(),
};
const states = Object.keys(actionsByState) as TargetAccess[];

/** Names of every length, in the Region and the partition with the longest ARNs. */
const longTarget = (length: number): Place => ({
  roleArn: `arn:aws-us-gov:iam::${account}:role/${'p/'.repeat(200)}${'r'.repeat(64)}`,
  region: 'ap-southeast-7',
  cluster: 'c'.repeat(length),
  service: 's'.repeat(length),
});

/** The longest ARNs of roles: IAM allows 512 characters of a path and 64 of a name (IAM quotas). */
const longRoles = ['e', 't'].map((name) => `arn:aws-us-gov:iam::${account}:role/${'p'.repeat(510)}/${name.repeat(64)}`);

describe('a session that registers a revision', () => {
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const context = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
  it.each<[roles: string[], resource: string, allowed: boolean]>([
    [[role('shop-task')], role('shop-task'), true],
    [[role('shop-task'), role('shop-execution')], role('shop-execution'), true],
    [[role('team/shop-task')], role('team/shop-task'), true],
    [['shop-task'], role('shop-task'), true],
    [['shop-task'], role('team/shop-task'), true],
    [[role('shop-task')], role('shop-task-admin'), false],
    [[role('shop-task')], role('admin'), false],
    [[role('shop-task')], role('team/shop-task'), false],
    [['shop-task'], role('admin'), false],
    [[], role('shop-task'), false],
  ])('for the roles %j passes %s: %s', async (roles, resource, allowed) => {
    const asked = { action: 'iam:PassRole', resource, context };
    expect(await isAllowed({ access: 'register revision', roles }, asked)).toBe(allowed);
  });
});

describe('a session that starts a task or moves schedules', () => {
  const many = Array.from({ length: 40 }, (_, at) => `team-${at}/a-long-name-of-a-role`);
  it.each<[passRoles: string[], name: string, allowed: boolean]>([
    [['web-task'], 'web-task', true],
    [['team/*'], 'team/web-task', true],
    [['web-task'], 'admin', false],
    [['web-task'], 'team/web-task', false],
    [[], 'web-task', false],
    // If a list is too long for a session, only the role's own policy limits it.
    [many, 'team-39/a-long-name-of-a-role', true],
  ])('for the configured roles %j passes %s: %s', async (passRoles, name, allowed) => {
    const resource = `arn:aws:iam::${account}:role/${name}`;
    for (const [access, service] of [
      ['start task', 'ecs-tasks.amazonaws.com'],
      ['move schedules', 'scheduler.amazonaws.com'],
    ] as const) {
      const context = { 'iam:PassedToService': service };
      expect(await isAllowed({ access, passRoles }, { action: 'iam:PassRole', resource, context })).toBe(allowed);
    }
  });
});

describe('the session policy of a state', () => {
  it.each([
    ['scheduler.amazonaws.com', true],
    ['events.amazonaws.com', true],
    ['ecs-tasks.amazonaws.com', false],
    ['lambda.amazonaws.com', false],
  ])('move schedules: passes a role to %s: %s', async (service, expected) => {
    const request = { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/ecsEventsRole` };
    const context = { 'iam:PassedToService': service };
    expect(await isAllowed({ access: 'move schedules' }, { ...request, context })).toBe(expected);
  });

  it.each(states)('%s: allows what that state does, and nothing else', async (access) => {
    expect(await allowedActions(access)).toEqual(actionsByState[access].toSorted());
  });

  it.each(states)('%s: allows nothing on another service, cluster or account', async (access) => {
    const own = actionsByState[access].filter((action) =>
      requests[action]!.on(target).some((one) => one.includes('web')),
    );
    for (const action of own)
      for (const resource of requests[action]!.on(target))
        for (const other of [
          resource.replace('/web-cluster/web', '/web-cluster/web2'),
          resource.replace('/web-cluster/', '/web-cluster2/'),
          resource.replace(account, '333333333333'),
        ])
          if (other !== resource && action !== 'logs:GetLogEvents')
            expect([action, other, await isAllowed({ access }, { action, resource: other })]).toEqual([
              action,
              other,
              false,
            ]);
  });

  it.each([
    ['the family', 'shop:7', true],
    ['a family whose name begins with it', 'shop-admin:7', false],
    ['a family whose name ends with it', 'my-shop:7', false],
    ['another family', 'web:1', false],
  ])('register revision: allows %s: %s → %s', async (_, revision, allowed) => {
    const request = { action: 'ecs:RegisterTaskDefinition', resource: ecs(`task-definition/${revision}`) };
    expect(await isAllowed({ access: 'register revision' }, request)).toBe(allowed);
  });

  it.each([
    ['a family whose name begins with it', 'ecs:RunTask', 'task-definition/shop-admin:7', 'web-cluster'],
    ['another family', 'ecs:RunTask', 'task-definition/web:1', 'web-cluster'],
    ['another cluster', 'ecs:RunTask', 'task-definition/shop:7', 'web-cluster2'],
    ['another task', 'ecs:StopTask', 'task/web-cluster/t2', 'web-cluster'],
  ])('a session for a task runs and stops nothing else: %s', async (_, action, resource, cluster) => {
    const context = { 'ecs:cluster': ecs(`cluster/${cluster}`) };
    for (const access of ['start task', 'stop task'] as const)
      expect(await isAllowed({ access }, { action, resource: ecs(resource), context })).toBe(false);
  });

  it.each([
    [
      'passes a role to another service than ECS tasks',
      'iam:PassRole',
      { 'iam:PassedToService': 'lambda.amazonaws.com' },
    ],
    ['tags a revision that exists', 'ecs:TagResource', { 'ecs:CreateAction': 'TagResource' }],
  ])('register revision: never %s', async (_, action, context) => {
    const [resource = ''] = requests[action]!.on(target);
    expect(await isAllowed({ access: 'register revision' }, { action, resource, context })).toBe(false);
  });

  it.each([
    ['decide rollback', ['ecs:DescribeServices', 'ecs:ListServices']],
    ['view', ['cloudwatch:DescribeAlarms', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecs:ListServices']],
    ['update service', []],
    ['roll back', []],
  ] as const)('%s: reads the services of a pattern, and changes none', async (access, actions) => {
    const pattern = { ...target, service: 'w*' };
    const allowed: string[] = [];
    for (const [action, { on, context }] of Object.entries(requests)) {
      const [resource = ''] = on(target);
      if (await isAllowed({ access, at: pattern }, { action, resource, context: context?.(target) }))
        allowed.push(action);
    }
    expect(allowed.toSorted()).toEqual(actions);
  });

  it('is the same for names given as ARNs', () => {
    const byArn = { ...target, cluster: ecs('cluster/web-cluster'), service: ecs('service/web-cluster/web') };
    for (const access of states)
      expect(createSessionPolicy(byArn, purposeOf(access))).toEqual(createSessionPolicy(target, purposeOf(access)));
  });

  it("uses the role's partition", () => {
    const china = { ...target, roleArn: target.roleArn.replace('arn:aws:', 'arn:aws-cn:'), region: 'cn-north-1' };
    const text = JSON.stringify(createSessionPolicy(china, purposeOf('register revision', 'shop', ['shop-task'])));
    expect(text).toContain(`arn:aws-cn:ecs:cn-north-1:${account}:task-definition/shop:*`);
    expect(text).not.toContain('arn:aws:');
  });

  it.each(states)(
    '%s: has at most 2,048 characters with names of any length, and half as many in its short form',
    (access) => {
      for (const length of [1, 75, 76, 77, 255])
        for (const family of ['f', 'f'.repeat(255)])
          for (const roles of [[], longRoles, longRoles.map((arn) => arn.replace(/^.*role\//, ''))])
            for (const count of [0, 1, 7, 8, 9, 500]) {
              const names = Array.from({ length: count }, (_, at) => `${'n'.repeat(60)}${at}`);
              const purpose = purposeOf(access, family, roles, names);
              expect(JSON.stringify(createSessionPolicy(longTarget(length), purpose)).length).toBeLessThanOrEqual(2048);
              const short = JSON.stringify(createSessionPolicy(longTarget(length), purpose, 'short'));
              expect(short.length).toBeLessThanOrEqual(1024);
            }
    },
  );

  it.each(states)('%s: still allows all of it with names of 255 characters, also in its short form', async (access) => {
    const long = { ...longTarget(255), roleArn: target.roleArn };
    for (const form of ['full', 'short'] as const)
      expect(await allowedActions(access, long, form)).toEqual(actionsByState[access].toSorted());
  });

  it.each<[what: string, name: string, other: string]>([
    ['end', `${'s'.repeat(250)}-blue`, `${'s'.repeat(250)}-tint`],
    ['beginning', `blue-${'s'.repeat(250)}`, `tint-${'s'.repeat(250)}`],
    ['length', 's'.repeat(70), 's'.repeat(71)],
  ])('does not allow a service whose long name differs only in its %s', async (_what, name, other) => {
    const at = { ...target, service: name };
    const asked = (service: string) => ({
      action: 'ecs:UpdateService',
      resource: ecs(`service/CLUSTER/${service}`, at),
    });
    expect(await isAllowed({ access: 'update service', at }, asked(name))).toBe(true);
    expect(await isAllowed({ access: 'update service', at }, asked(other))).toBe(false);
  });
});
