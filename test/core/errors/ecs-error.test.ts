import { describe, expect, it } from 'vitest';
import { explainEcsError, formatPermissionAdvice } from '../../../core/errors/ecs-error.ts';

const role = 'arn:aws:iam::222222222222:role/test-deployment';
const user = 'User: arn:aws:sts::222222222222:assumed-role/test-deployment/one is not authorized to perform:';
const task = 'arn:aws:iam::222222222222:role/shop-task';
const family = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/shop:*';

describe('a missing permission is explained', () => {
  it.each([
    [
      `${user} iam:PassRole on resource: ${task} because no identity-based policy allows the iam:PassRole action`,
      `The role ${role} may not give the new revision its task's or execution role: allow it iam:PassRole on ${task}, where iam:PassedToService = ecs-tasks.amazonaws.com.`,
    ],
    [
      `${user} iam:PassRole on resource: "${task}" with an explicit deny in a service control policy`,
      `The role ${role} may not give the new revision its task's or execution role: allow it iam:PassRole on ${task}, where iam:PassedToService = ecs-tasks.amazonaws.com. An explicit Deny statement denies it: remove that statement.`,
    ],
    [
      `${user} iam:PassRole on resource: ${task} because no session policy allows the iam:PassRole action`,
      `The role ${role} may not give the new revision its task's or execution role: allow it iam:PassRole on ${task}, where iam:PassedToService = ecs-tasks.amazonaws.com. Gantry's session policy is what refuses: it allows this one service and roles of the target's account only.`,
    ],
    [
      `${user} ecs:TagResource on resource: ${family} because no identity-based policy allows the ecs:TagResource action`,
      `The role ${role} may not tag the new revision (ECS asks for this as soon as a revision is registered with tags): allow it ecs:TagResource on ${family}, where ecs:CreateAction = RegisterTaskDefinition.`,
    ],
    [
      `${user} ecs:RegisterTaskDefinition on resource: ${family} because no identity-based policy allows the ecs:RegisterTaskDefinition action`,
      `The role ${role} may not register the new revision: allow it ecs:RegisterTaskDefinition on ${family}.`,
    ],
    [
      `${user} ecs:UpdateService`,
      `The role ${role} may not point the service to the new revision: allow it ecs:UpdateService on *.`,
    ],
  ])('%s', (message, advice) => {
    expect(formatPermissionAdvice(message, role)).toBe(advice);
  });

  it.each([`${user} s3:GetObject on resource: x`, 'Rate exceeded'])(
    'but not if the error is another one: %s',
    (message) => {
      expect(formatPermissionAdvice(message, role)).toBeUndefined();
    },
  );
});

describe('an error of ECS', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  it.each([
    ['AccessDeniedException', `${user} ecs:UpdateService on resource: x`, 'PermissionError'],
    ['ClientException', `${user} iam:PassRole on resource: ${task}`, 'PermissionError'],
    ['ClientException', 'Role is not valid', 'ConfigurationError'],
    ['InvalidParameterException', 'No Fargate configuration exists', 'ConfigurationError'],
    ['ThrottlingException', 'Rate exceeded', 'ThrottlingException'],
    ['ServerException', 'Service Unavailable', 'ServerException'],
  ])('%s (%s) is a %s', (name, message, expected) => {
    const error = explainEcsError(named(name, message), 'to register shop', role);
    expect(error).toMatchObject({ name: expected, message: expect.stringContaining(message) });
  });
});
