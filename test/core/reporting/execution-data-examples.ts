import type { ExecutionData } from '../../../core/reporting/execution-data.ts';
import { pinnedImage, revisionArn, startTime } from '../rollout/facts.ts';

/** The data of executions at their end. Each function takes the parts that a test needs. */

/** Returns the status of a service with one deployment, which is of this revision. */
export const createServiceStatus = (name: string, running = 2) => {
  const counts = { taskDefinition: revisionArn(name), desired: 2, running, pending: 0 };
  return { ...counts, deployments: [counts] };
};
const serviceStatus = createServiceStatus('web:13');
export const stableVerdict = { outcome: 'stable' as const, serviceStatus };
export const failedVerdict = {
  outcome: 'failed' as const,
  reason: 'Deployment ecs-svc/2 of web:13 does not stay up.\nStopped tasks: 3',
  serviceStatus: createServiceStatus('web:13', 1),
  rollBack: 'gantry' as const,
  at: startTime,
};

export const requestedExecution = (changes: Partial<ExecutionData> = {}): ExecutionData => ({
  execution: 'arn:aws:states:eu-west-1:111111111111:execution:deploy:one',
  kind: 'deploy',
  source: { type: 'hand' },
  release: {
    target: {
      name: 'test/web',
      roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
      region: 'eu-west-1',
      cluster: 'main',
      service: 'web',
    },
    images: [{ name: 'app', imageUri: 'shop:43', pinned: pinnedImage('b') }],
    base: { from: 'service' },
    force: false,
    rollBackOnFailure: true,
    deadline: '2026-11-23T10:00:00Z',
    bakeMinutes: 0,
    woken: false,
    warnings: [],
  },
  ...changes,
});
export const plannedExecution = (changes: Partial<ExecutionData> = {}): ExecutionData =>
  requestedExecution({
    plan: {
      before: { taskDefinition: revisionArn('web:12'), deploymentId: 'ecs-svc/1' },
      unchanged: false,
      alarms: { watched: [], ignored: [] },
      warnings: [],
    },
    ...changes,
  });
export const registeredExecution = (changes: Partial<ExecutionData> = {}): ExecutionData =>
  plannedExecution({ revision: { taskDefinition: revisionArn('web:13'), same: false }, ...changes });
export const updatedExecution = (changes: Partial<ExecutionData> = {}): ExecutionData =>
  registeredExecution({
    rollout: { deploymentId: 'ecs-svc/2', taskDefinition: revisionArn('web:13'), startedAt: startTime },
    ...changes,
  });
