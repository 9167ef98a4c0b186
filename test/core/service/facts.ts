import type { Release } from '../../../core/model/release.ts';
import { planFor } from '../../../core/service/plan.ts';
import type { TargetFacts } from '../../../core/service/problems.ts';
import type { ServiceFound } from '../../../core/service/state.ts';
import type { Limits } from '../../../core/task-definition/limits.ts';

/* A target as Check Target may find it, each part to be changed by a test. */

export const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;
export const digest = (letter: string) => `shop@sha256:${letter.repeat(64)}`;
export const image = (name: string, pinned: string) => ({ name, imageUri: 'shop:42', pinned });
export const target = {
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'main',
  service: 'web',
};
export const release = (changes: Partial<Release> = {}): Release => ({
  target,
  images: [image('app', digest('b'))],
  base: { from: 'service' },
  force: false,
  rollBackOnFailure: true,
  deadline: '2026-11-23T10:00:00Z',
  bakeMinutes: 0,
  woken: false,
  warnings: [],
  ...changes,
});
export const primary = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinition: arn('web:7'),
  createdAt: new Date(0),
  rolloutState: 'COMPLETED',
};
export const service = (changes: ServiceFound = {}): ServiceFound => ({
  status: 'ACTIVE',
  taskDefinition: arn('web:7'),
  desiredCount: 2,
  runningCount: 2,
  deployments: [primary],
  ...changes,
});
export const base = (changes: object = {}, images: Record<string, string> = { app: digest('a'), log: 'log:1' }) => ({
  taskDefinition: {
    taskDefinitionArn: arn('web:7'),
    family: 'web',
    status: 'ACTIVE',
    containerDefinitions: Object.entries(images).map(([name, image]) => ({ name, image })),
    ...changes,
  },
  tags: [],
});
export const facts = (changes: Partial<TargetFacts> = {}): TargetFacts => ({
  release: release(),
  service: service(),
  base: base(),
  alarms: { ecs: [], configured: [], states: [] },
  ...changes,
});
export const running = [image('app', digest('a'))];
export const limits = (changes: Partial<Limits> = {}): Limits => ({
  build: { account: '111111111111', region: 'eu-west-1' },
  registries: [],
  roles: ['web-execution', 'web-task'],
  allow: { privileged: false, hostVolumes: false },
  ...changes,
});
export const planned = (given: TargetFacts) => planFor(given, limits({ registries: ['docker.io/library'] }));
