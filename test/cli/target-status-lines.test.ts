import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TargetStatus } from '../../cli/target-status.ts';
import { formatTargetStatus } from '../../cli/target-status-lines.ts';
import type { LifecycleHook } from '../../core/model/stage-progress.ts';

const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
const repository = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web-shop-production';
const digest = `sha256:${'a1'.repeat(32)}`;

const status: TargetStatus = {
  target: 'test/web',
  taskDefinition: arn('web:12'),
  since: '2026-11-29T09:00:00Z',
  readAt: '2026-11-29T12:00:00Z',
  images: [{ name: 'app', image: `${repository}@${digest}` }],
  release: {
    execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:test_deploy-e4045f30',
    replaces: arn('web:11'),
  },
  rollingOut: false,
  deployments: [{ taskDefinition: arn('web:12'), status: 'PRIMARY', desired: 2, running: 2, pending: 0, failed: 0 }],
  lease: 'free',
};
const lines = (columns?: number, changes: Partial<TargetStatus> = {}): string[] =>
  formatTargetStatus({ ...status, ...changes }, columns)
    .join('\n')
    .split('\n')
    .map(stripVTControlCharacters);

describe('the status of one service', () => {
  it('names executions and revisions without their ARNs', () => {
    expect(lines().slice(2, 4)).toEqual(['  execution   test_deploy-e4045f30', '  replaces    web:11']);
  });

  it('fits into 80 columns: it breaks an image before its digest, which stays whole, and indents the rest', () => {
    expect(lines(80)).toEqual([
      'test/web  web:12, steady, since 2026-11-29 09:00 UTC (3 h ago)',
      `  app         ${repository}`,
      `    @${digest}`,
      '  execution   test_deploy-e4045f30',
      '  replaces    web:11',
      '  tasks       new  web:12  ████████████████████  2/2',
    ]);
  });

  it('says since when and for whom a deployment waits, until when, and how to answer', () => {
    const waiting: LifecycleHook[] = [
      {
        id: 'ecs-pause-1',
        waitsFor: 'person',
        status: 'AWAITING_ACTION',
        since: '2026-11-28T11:00:00.000Z',
        expiresAt: '2026-11-29T12:30:00.000Z',
        timeoutAction: 'CONTINUE',
        command: 'gantry continue test/web --hook ecs-pause-1',
      },
    ];
    const lease = { holder: 'arn:aws:states:eu-west-1:111111111111:execution:m:e', until: '2026-11-29T12:01:02.345Z' };
    expect(lines(undefined, { rollingOut: true, waiting, lease }).slice(-2)).toEqual([
      '  hook        The deployment waits for a person since 2026-11-28 11:00 UTC, until 12:30 UTC; then ECS continues it. To answer: gantry continue test/web --hook ecs-pause-1',
      expect.stringMatching(/^ {2}lease {7}.*, until 2026-11-29 12:01:02 UTC at most$/),
    ]);
  });
});
