import { describe, expect, test as it } from 'vitest';
import {
  findScheduleProblems,
  findScheduleWarnings,
  listTasksToMove,
  type ScheduleFacts,
  type ScheduleTargetFacts,
} from '../../../core/schedule/problems.ts';

const account = '222222222222';
const target = {
  name: 'test/web',
  roleArn: `arn:aws:iam::${account}:role/test-deployment`,
  region: 'eu-west-1',
  cluster: 'shop',
  service: 'web',
};
const rules = { target, family: 'web', roles: ['ecsEventsRole'] };
const role = `arn:aws:iam::${account}:role/ecsEventsRole`;
const revision = (name: string) => `arn:aws:ecs:eu-west-1:${account}:task-definition/${name}`;

const found = (name: string, more: Partial<ScheduleTargetFacts> = {}): ScheduleTargetFacts => ({
  cluster: `arn:aws:ecs:eu-west-1:${account}:cluster/shop`,
  role,
  taskDefinition: revision(name),
  source: { type: 'schedule', group: 'default', name: 'nightly' },
  run: { can: 'run' },
  ...more,
});

const facts = (
  targets: ScheduleTargetFacts[],
  exists: Partial<ScheduleFacts['exists']> = {},
  schedule = 'nightly',
): ScheduleFacts => ({ schedule, exists: { rule: false, schedule: true, ...exists }, targets });

const denied = { can: 'not run' as const, action: 'ecs:RunTask', resource: revision('web:8') };

describe('a release is refused because of a schedule', () => {
  it.each<[string, ScheduleFacts, string]>([
    [
      'that does not exist',
      facts([], { schedule: false }),
      'no schedule nightly in the group default and no rule nightly',
    ],
    [
      'of a group that does not exist',
      facts([], { schedule: false }, 'reports/weekly'),
      'has no schedule weekly in the group reports. Create it',
    ],
    ['rule that does not exist', facts([], { schedule: false }, 'rule:hourly'), 'has no rule hourly. Create it'],
    [
      'that is a rule, too',
      facts([found('web:7')], { rule: true }),
      'Write rule:nightly or default/nightly in schedules',
    ],
    [
      'of another family',
      facts([found('worker:2')]),
      'runs tasks of the family worker, and the family of the service is web',
    ],
    ['of a longer family', facts([found('web-worker:2')]), 'runs tasks of the family web-worker'],
    [
      'of another cluster',
      facts([found('web:7', { cluster: `arn:aws:ecs:eu-west-1:${account}:cluster/other` })]),
      'no target that runs tasks of ECS in the cluster shop',
    ],
    ['without tasks', facts([]), 'no target that runs tasks of ECS'],
    [
      'whose role Gantry may not pass',
      facts([found('web:7', { role: `${role}2` })]),
      'Gantry may pass ecsEventsRole. Add it to scheduleRoles',
    ],
    [
      'whose role is of another account',
      facts([found('web:7', { role: 'arn:aws:iam::999999999999:role/ecsEventsRole' })]),
      'Add it to scheduleRoles',
    ],
    ['without a role', facts([found('web:7', { role: undefined })]), 'has no role to run tasks with'],
    [
      'whose role may not run the new revision',
      facts([found('web:7', { run: denied })]),
      'would fail silently: its role arn:aws:iam::222222222222:role/ecsEventsRole is not allowed ecs:RunTask on arn:aws:ecs:eu-west-1:222222222222:task-definition/web:8',
    ],
    [
      'without a revision, whose role may not run the newest one',
      facts([found('web', { run: denied })]),
      'would fail silently',
    ],
  ])('%s', (_, one, text) => {
    const problems = findScheduleProblems([one], rules);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(text);
  });
});

it('names all problems of all schedules at once', () => {
  const both = [facts([], { schedule: false }), facts([found('web:7', { run: denied, role: `${role}2` })])];
  expect(findScheduleProblems(both, rules)).toHaveLength(3);
});

it('moves each own target of a rule, and no target of another family, cluster or without a revision', () => {
  const source = (id: string) => ({ type: 'rule' as const, name: 'hourly', target: id });
  const targets = [
    found('web:7', { source: source('a') }),
    found('worker:2', { source: source('b') }),
    found('web:3', { source: source('c') }),
    found('web', { source: source('d') }),
  ];
  const one = facts(targets, { rule: true, schedule: false }, 'hourly');
  expect(findScheduleProblems([one], rules)).toEqual([]);
  expect(listTasksToMove([one], rules)).toEqual([
    { schedule: 'hourly', source: source('a'), taskDefinition: revision('web:7') },
    { schedule: 'hourly', source: source('c'), taskDefinition: revision('web:3') },
  ]);
});

it.each<[string, ScheduleTargetFacts, string[]]>([
  ['a revision that can run', found('web:7'), []],
  [
    'no revision',
    found('web'),
    [
      expect.stringMatching(
        /^Risk: the schedule default\/nightly names the family web without a revision.*also after a rollback/,
      ),
    ],
  ],
  [
    'no answer of IAM',
    found('web:7', { run: { can: 'unknown', why: 'AccessDenied.' } }),
    [
      expect.stringContaining(
        'cannot tell whether the schedule default/nightly can run the new revision: AccessDenied.',
      ),
    ],
  ],
])('warns of %s', (_, one, expected) => {
  expect(findScheduleWarnings([facts([one])], rules)).toEqual(expected);
});
