import { describe, expect, test as it } from 'vitest';
import { parseJsonExactly } from '../../../core/parsing/exact-json.ts';
import {
  listEcsTargets,
  omitPastStart,
  parseRuleTargets,
  parseSchedule,
  replaceRuleRevision,
  replaceScheduleRevision,
} from '../../../core/schedule/raw-schedule.ts';

const to = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:8';

/** An answer of GetSchedule with every kind of field, including a field that no SDK knows, a number that JavaScript cannot represent, and nulls. */
const answer = `{"Arn":"arn:aws:scheduler:eu-west-1:222222222222:schedule/default/nightly","CreationDate":1.7E9,
"LastModificationDate":1700000000.123,"Name":"nightly","GroupName":"default","Description":null,"State":"DISABLED",
"ScheduleExpression":"cron(0 2 * * ? *)","ScheduleExpressionTimezone":"Europe/Berlin","StartDate":1700000000.000,
"FlexibleTimeWindow":{"Mode":"FLEXIBLE","MaximumWindowInMinutes":5},"FutureField":{"a":[1,null,9007199254740993]},
"Target":{"Arn":"arn:aws:ecs:eu-west-1:222222222222:cluster/shop","RoleArn":"arn:aws:iam::222222222222:role/r","Input":null,
"RetryPolicy":{"MaximumRetryAttempts":0},"EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:eu-west-1:222222222222:task-definition/web:7",
"Tags":null,"FutureEcsField":true,"TaskCount":2}}}`;

describe('the body of UpdateSchedule', () => {
  const schedule = parseSchedule(parseJsonExactly(answer), 'nightly');

  it('is the answer of GetSchedule with another revision, without output-only fields and nulls', () => {
    const sent = JSON.stringify(replaceScheduleRevision(schedule, to));
    expect(sent).toContain('1700000000.000');
    expect(sent).toContain('9007199254740993');
    expect(JSON.parse(sent)).toEqual(
      JSON.parse(
        '{"GroupName":"default","State":"DISABLED","ScheduleExpression":"cron(0 2 * * ? *)",' +
          '"ScheduleExpressionTimezone":"Europe/Berlin","StartDate":1700000000.000,' +
          '"FlexibleTimeWindow":{"Mode":"FLEXIBLE","MaximumWindowInMinutes":5},"FutureField":{"a":[1,null,9007199254740993]},' +
          '"Target":{"Arn":"arn:aws:ecs:eu-west-1:222222222222:cluster/shop","RoleArn":"arn:aws:iam::222222222222:role/r",' +
          `"RetryPolicy":{"MaximumRetryAttempts":0},"EcsParameters":{"TaskDefinitionArn":"${to}","FutureEcsField":true,"TaskCount":2}}}`,
      ),
    );
  });

  it.each([
    ['cron(0 2 * * ? *)', 1_600_000_000, 'omitted'],
    ['at(2030-01-01T00:00:00)', 1_600_000_000, 'omitted'],
    ['rate(1 hour)', 1_600_000_000, 'kept, because a rate counts from its start'],
    ['cron(0 2 * * ? *)', 1_900_000_000, 'kept, because it is not over'],
    ['cron(0 2 * * ? *)', undefined, 'kept, because there is none'],
  ])('of %s with the start %s: a refused start is %s', (ScheduleExpression, StartDate, expected) => {
    const without = omitPastStart({ ScheduleExpression, StartDate }, new Date('2026-11-23T09:00:00Z'));
    expect(without).toEqual(expected === 'omitted' ? { ScheduleExpression } : undefined);
  });

  it('omits a start that is over even if JavaScript writes its number differently', () => {
    const body = replaceScheduleRevision(schedule, to);
    expect(omitPastStart(body, new Date('2026-11-23T09:00:00Z'))).not.toHaveProperty('StartDate');
  });
});

describe('the targets of a rule', () => {
  const ecs = {
    Id: 'report',
    Arn: 'arn:aws:ecs:eu-west-1:222222222222:cluster/shop',
    RoleArn: 'arn:aws:iam::222222222222:role/r',
    Input: '{"containerOverrides":[]}',
    EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:7', Unknown: [1] },
  };
  const lambda = { Id: 'hook', Arn: 'arn:aws:lambda:eu-west-1:222222222222:function:hook' };

  it('that run tasks of ECS are found, and only their revision is replaced', () => {
    const targets = parseRuleTargets({ Targets: [lambda, ecs] }, 'hourly');
    expect(listEcsTargets(targets).map(({ id }) => id)).toEqual(['report']);
    const EcsParameters = { TaskDefinitionArn: to, Unknown: [1] };
    expect(replaceRuleRevision(targets[1]!, to)).toEqual({ ...ecs, EcsParameters });
  });

  it('must be a list', () => {
    expect(() => parseRuleTargets({ Targets: 'none' }, 'hourly')).toThrow("EventBridge's answer about the rule hourly");
  });
});
