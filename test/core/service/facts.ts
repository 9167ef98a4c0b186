import type { Release } from '../../../core/model/release.ts';
import type { DescribedService } from '../../../core/service/described-service.ts';
import { planRelease } from '../../../core/service/plan.ts';
import type { TargetFacts } from '../../../core/service/problems.ts';
import type { TaskDefinitionRestrictions } from '../../../core/task-definition/restrictions.ts';

/** The facts that Check Target can find about a target. A test changes single parts. */

export const revisionArn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
export const pinnedImage = (letter: string) => `shop@sha256:${letter.repeat(64)}`;
export const imageWith = (name: string, pinned: string) => ({ name, imageUri: 'shop:42', pinned });
export const target = {
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'main',
  service: 'web',
};
export const releaseWith = (changes: Partial<Release> = {}): Release => ({
  target,
  images: [imageWith('app', pinnedImage('b'))],
  base: { from: 'service' },
  force: false,
  rollBackOnFailure: true,
  deadline: '2026-11-23T10:00:00Z',
  bakeMinutes: 0,
  woken: false,
  warnings: [],
  ...changes,
});
export const primaryDeployment = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinition: revisionArn('web:7'),
  createdAt: new Date(0),
  rolloutState: 'COMPLETED',
};
export const serviceWith = (changes: DescribedService = {}): DescribedService => ({
  status: 'ACTIVE',
  taskDefinition: revisionArn('web:7'),
  desiredCount: 2,
  runningCount: 2,
  deployments: [primaryDeployment],
  ...changes,
});
export const baseWith = (
  changes: object = {},
  images: Record<string, string> = { app: pinnedImage('a'), log: 'log:1' },
) => ({
  taskDefinition: {
    taskDefinitionArn: revisionArn('web:7'),
    family: 'web',
    status: 'ACTIVE',
    containerDefinitions: Object.entries(images).map(([name, image]) => ({ name, image })),
    ...changes,
  },
  tags: [],
});
export const targetFacts = (changes: Partial<TargetFacts> = {}): TargetFacts => ({
  release: releaseWith(),
  service: serviceWith(),
  base: baseWith(),
  alarms: { ecs: [], configured: [], states: [] },
  installation: { account: '111111111111', region: 'eu-west-1', name: 'web-shop-production' },
  ...changes,
});
export const runningImages = [imageWith('app', pinnedImage('a'))];
export const limitsWith = (changes: Partial<TaskDefinitionRestrictions> = {}): TaskDefinitionRestrictions => ({
  build: { account: '111111111111', region: 'eu-west-1' },
  repositories: ['*'],
  registries: [],
  families: [],
  roles: ['web-execution', 'web-task'],
  allow: { privileged: false, hostVolumes: false },
  ...changes,
});
export const planWithFacts = (given: TargetFacts) =>
  planRelease(given, limitsWith({ registries: ['docker.io/library'] }));
