import { describe, expect, it } from 'vitest';
import { assertCommandAllowed, getRunningRevision } from '../../../core/release-tasks/running-revision.ts';
import type { DescribedDeployment } from '../../../core/service/described-service.ts';

const revision = (number: number) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/web:${number}`;
const deployment = (number: number, status: string, more: DescribedDeployment = {}): DescribedDeployment => ({
  id: `ecs-svc/${number}`,
  status,
  taskDefinition: revision(number),
  createdAt: new Date(0),
  runningCount: 2,
  ...more,
});
const place = { cluster: 'shop', service: 'web' };
const choose = (deployments: DescribedDeployment[], taskDefinition?: string) =>
  getRunningRevision({ status: 'ACTIVE', deployments, taskDefinition }, place);

describe('a command runs on', () => {
  const done = { rolloutState: 'COMPLETED' };
  const going = { rolloutState: 'IN_PROGRESS' };
  it.each<[string, DescribedDeployment[], number, boolean]>([
    ['the only revision', [deployment(2, 'PRIMARY', done)], 2, false],
    ['the only revision of a service without rollout states', [deployment(2, 'PRIMARY')], 2, false],
    ['the old revision during a rollout', [deployment(2, 'PRIMARY', going), deployment(1, 'ACTIVE', done)], 1, true],
    [
      'the old revision after a failed rollout',
      [deployment(2, 'PRIMARY', { rolloutState: 'FAILED' }), deployment(1, 'ACTIVE', done)],
      1,
      true,
    ],
    ['the old revision without rollout states', [deployment(2, 'PRIMARY'), deployment(1, 'ACTIVE')], 1, true],
    [
      'the new revision if the old one has no task left',
      [deployment(2, 'PRIMARY'), deployment(1, 'ACTIVE', { runningCount: 0 })],
      2,
      true,
    ],
    [
      'the restored revision during a rollback of ECS',
      [deployment(1, 'PRIMARY', going), deployment(2, 'ACTIVE', { rolloutState: 'FAILED' })],
      1,
      true,
    ],
    [
      'the new revision once it is completed, while old tasks drain',
      [deployment(2, 'PRIMARY', done), deployment(1, 'ACTIVE', done)],
      2,
      true,
    ],
    [
      'the newest completed of three',
      [deployment(3, 'PRIMARY', going), deployment(2, 'ACTIVE', done), deployment(1, 'ACTIVE', done)],
      2,
      true,
    ],
    ['the first revision of a service that never was steady', [deployment(1, 'PRIMARY', going)], 1, true],
  ])('%s', (_, deployments, expected, warns) => {
    const { taskDefinition, warnings } = choose(deployments);
    expect([taskDefinition, warnings.length]).toEqual([revision(expected), warns ? 1 : 0]);
    if (warns) expect(warnings[0]).toContain(`the command runs on web:${expected}. Gantry takes no lease`);
  });
});

describe('a command is refused if', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['there is no cluster', () => getRunningRevision('no cluster', place), /cluster shop does not exist/],
    ['there is no service', () => getRunningRevision('no service', place), /service web does not exist/],
    [
      'the service was deleted',
      () => getRunningRevision({ status: 'INACTIVE' }, place),
      /is INACTIVE; it must be ACTIVE/,
    ],
    [
      'another controller chooses the revisions',
      () => getRunningRevision({ status: 'ACTIVE', deploymentController: { type: 'EXTERNAL' } }, place),
      /no task definition of its own: its deployment controller is EXTERNAL/,
    ],
    [
      'the family is not allowed',
      () => assertCommandAllowed(request, revision(1), { containers: ['app'], families: ['shop-*'] }),
      /runs web:1, .* tasks of shop-\* only/,
    ],
    [
      'the container does not exist',
      () => assertCommandAllowed(request, revision(1), { containers: ['web', 'proxy'], families: ['web'] }),
      /has no container app; it has web, proxy/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
  });
});

const request = {
  target: { roleArn: 'arn', region: 'eu-west-1', ...place },
  container: 'app',
  command: ['ls'],
  timeoutMinutes: 1,
};
