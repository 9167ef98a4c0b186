import { describe, expect, test as it } from 'vitest';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import { validateConfig } from '../../core/config/check.ts';
import { declareSystem } from '../../infra/system.ts';

const account = '222222222222';
const withSchedules = (schedules: string[], scheduleRoles?: string[]) =>
  validateConfig({
    name: 'gantry',
    build: { account: '111111111111', region: 'eu-west-1' },
    targets: [
      {
        name: 'test',
        account,
        region: 'eu-west-1',
        cluster: 'shop',
        viewers: ['arn:aws:iam::111111111111:root'],
        services: [
          {
            ...{ name: 'web', containers: ['app'], executionRole: 'web', schedules },
            ...(scheduleRoles && { scheduleRoles }),
          },
          { name: 'api', containers: ['app'], executionRole: 'api' },
        ],
      },
    ],
  });

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/1';
const isAboutSchedules = /scheduler:|events:|SimulatePrincipalPolicy|states:|ecs:ListTasks|PassRole/;

/** The statements about schedules in the policies of a role. */
const statementsOf = (config: ReturnType<typeof withSchedules>, role: string) =>
  Object.values(
    declareSystem(config, { stage: 'production', keyArn }).roles.find(({ name }) => name === role)!.policies,
  )
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => [Action].flat().some((action) => isAboutSchedules.test(String(action))));

const scheduleArn = (path: string) => `arn:aws:scheduler:eu-west-1:${account}:schedule/${path}`;
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:${account}:rule/${name}`;

describe('the role of a target', () => {
  it.each<[string, string[], string[], string[]]>([
    ['a plain name', ['nightly'], [scheduleArn('default/nightly')], [ruleArn('nightly')]],
    ['a schedule', ['reports/weekly'], [scheduleArn('reports/weekly')], []],
    ['a rule', ['rule:hourly'], [], [ruleArn('hourly')]],
    ['the same schedule twice', ['nightly', 'default/nightly'], [scheduleArn('default/nightly')], [ruleArn('nightly')]],
  ])('can change exactly the named schedules and rules: %s', (_, schedules, arns, rules) => {
    const statements = statementsOf(withSchedules(schedules, ['nightly-role']), 'test-deployment');
    const resources = (Sid: string) => statements.find((one) => one.Sid === Sid)?.Resource ?? [];
    expect({ arns: resources('Schedules'), rules: resources('ScheduleRules') }).toEqual({ arns, rules });
    const pass = statements.find(({ Sid }) => Sid === 'PassScheduleRoles')!;
    expect(pass.Resource).toEqual([`arn:aws:iam::${account}:role/nightly-role`]);
    expect(pass.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': ['scheduler.amazonaws.com', 'events.amazonaws.com'] },
    });
  });

  it.each(['test-deployment', 'test-deployment-viewer'])('%s gets nothing if no service names schedules', (role) => {
    const sids = statementsOf(withSchedules([]), role).map(({ Sid }) => Sid);
    expect(sids.filter((sid) => sid !== 'PassTaskRoles' && sid !== 'ListTasks')).toEqual([]);
  });

  it('that only views can change no schedule and pass no role', () => {
    const actions = statementsOf(withSchedules(['nightly']), 'test-deployment-viewer').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/:(Get|List|Describe|Simulate)/.test(String(action)))).toEqual([]);
  });
});

describe('the doctor', () => {
  const judge = async (breakPolicy: (sid: string) => boolean) => {
    const facts = declaredFacts(withSchedules(['nightly', 'rule:hourly']), 'production', Date.UTC(2026, 0, 1));
    for (const role of facts.roles.values())
      if ('found' in role)
        for (const policy of Object.values(role.found.policies))
          policy.Statement = policy.Statement.filter(({ Sid }) => !breakPolicy(String(Sid)));
    const results = await diagnose(facts);
    return results.find(({ says }) => says.includes('read and write the schedules of web'))?.state;
  };

  it('finds that the declared policies allow Move Schedules', async () => {
    expect(await judge(() => false)).toBe('OK');
  });

  it.each(['Schedules', 'ScheduleRules', 'PassScheduleRoles'])('fails if the statement %s is missing', async (sid) => {
    expect(await judge((one) => one === sid)).toBe('NG');
  });
});
