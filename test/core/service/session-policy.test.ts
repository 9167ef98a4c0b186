import { describe, expect, it } from 'vitest';
import { createSessionName, createSessionPolicy } from '../../../core/service/session-policy.ts';

const target = {
  roleArn: 'arn:aws:iam::222222222222:role/deploy/test-deployment',
  region: 'eu-west-1',
  cluster: 'web-cluster',
  service: 'web',
};
const statements = (given = target) =>
  createSessionPolicy(given).Statement as { Action: string[]; Resource: string | string[] }[];
const resourcesOf = (action: string, given = target) =>
  statements(given).flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : []));

describe('the session policy', () => {
  it.each([
    [
      'ecs:UpdateService',
      ['service/web-cluster/web', 'service-deployment/web-cluster/web/*', 'service-revision/web-cluster/web/*'],
    ],
    [
      'ecs:StopServiceDeployment',
      ['service/web-cluster/web', 'service-deployment/web-cluster/web/*', 'service-revision/web-cluster/web/*'],
    ],
    ['ecs:DescribeTasks', ['task/web-cluster/*']],
    ['ecs:RegisterTaskDefinition', ['task-definition/*']],
    ['ecs:TagResource', ['task-definition/*']],
  ])('allows %s on this cluster and service only', (action, resources) => {
    expect(resourcesOf(action)).toEqual(resources.map((one) => `arn:aws:ecs:eu-west-1:222222222222:${one}`));
  });

  it.each([
    'ecs:DeleteService',
    'ecs:DeregisterTaskDefinition',
    'ecs:CreateService',
    'ecs:RunTask',
    's3:GetObject',
    'sts:AssumeRole',
    'elasticloadbalancing:Describe*',
  ])('does not allow %s', (action) => {
    expect(resourcesOf(action)).toEqual([]);
  });

  it('allows no write on all resources', () => {
    const wide = statements()
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action);
    expect(wide.filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([]);
  });

  it('allows passing roles only to tasks, and listing the tasks of this cluster only', () => {
    expect(createSessionPolicy(target).Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: 'arn:aws:iam::222222222222:role/*',
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
    expect(createSessionPolicy(target).Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['ecs:ListTasks'],
      Resource: '*',
      Condition: { ArnLike: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:222222222222:cluster/web-cluster' } },
    });
  });

  it('is the same for names given as ARNs', () => {
    const byArn = {
      ...target,
      cluster: 'arn:aws:ecs:eu-west-1:222222222222:cluster/web-cluster',
      service: 'arn:aws:ecs:eu-west-1:222222222222:service/web-cluster/web',
    };
    expect(createSessionPolicy(byArn)).toEqual(createSessionPolicy(target));
  });

  it("uses the role's partition", () => {
    const china = { ...target, roleArn: target.roleArn.replace('arn:aws:', 'arn:aws-cn:'), region: 'cn-north-1' };
    expect(resourcesOf('ecs:DescribeTasks', china)).toEqual([
      'arn:aws-cn:ecs:cn-north-1:222222222222:task/web-cluster/*',
    ]);
  });

  it('has at most 2,048 characters for the longest names, and still allows them', () => {
    const long = { ...target, region: 'ap-southeast-7', cluster: 'c'.repeat(255), service: 's'.repeat(255) };
    const text = JSON.stringify(createSessionPolicy({ ...long, roleArn: 'arn:aws-us-gov:iam::222222222222:role/x' }));
    expect(text.length).toBeLessThanOrEqual(2048);
    const [service = ''] = resourcesOf('ecs:UpdateService', long);
    const pattern = new RegExp(`^${service.replaceAll('*', '.*')}$`);
    expect(`arn:aws:ecs:ap-southeast-7:222222222222:service/${long.cluster}/${long.service}`).toMatch(pattern);
  });
});

describe('the session’s name', () => {
  it.each([
    ['arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:0f8fad5b-d9cb', '0f8fad5b-d9cb'],
    ['arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:a b/c:job.d', 'job.d'],
    ['by hand/ünder way', 'by-hand--nder-way'],
    ['x', 'x-'],
    [`e:${'n'.repeat(80)}`, 'n'.repeat(64)],
  ])('of %s is %s', (execution, name) => {
    expect(createSessionName(execution)).toBe(name);
  });
});
