import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { now } from './arns.ts';
import { assignFields } from './assign-fields.ts';
import { authorizeServiceChild } from './service-deployments.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

const stopServiceDeploymentSchema = z.strictObject({
  serviceDeploymentArn: z.string(),
  stopType: z.enum(['ROLLBACK', 'ABORT']).optional(),
});

const stoppableStatuses = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

const endedErrors = {
  conflict: 'ConflictException',
  'invalid-parameter': 'InvalidParameterException',
  client: 'ClientException',
  'not-found': 'ServiceDeploymentNotFoundException',
};

const requestStop = (
  ecs: Ecs,
  ongoing: EcsServiceDeployment,
  status: 'ROLLBACK_REQUESTED' | 'STOP_REQUESTED',
): void => {
  // A deployment that is already rolling back needs no second request.
  if (ongoing.rollback !== undefined && status === 'ROLLBACK_REQUESTED') return;
  assignFields(ongoing, { status, updatedAt: now(ecs) });
  wakeScheduler(ecs, ongoing.service);
};

/** StopServiceDeployment: rolls back to the last completed revision (ROLLBACK, the default) or just stops (ABORT). */
export const stopServiceDeployment = (ecs: Ecs): Operation =>
  defineOperation(stopServiceDeploymentSchema, async ({ serviceDeploymentArn: arn, stopType = 'ROLLBACK' }, call) => {
    await authorizeServiceChild(call, arn);
    const ongoing = ecs.serviceDeployments.get(arn);
    if (ongoing === undefined)
      throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
    if (!stoppableStatuses.includes(ongoing.status))
      throw new AwsError(
        endedErrors[ecs.cloud.answers['stop-ended']],
        `The service deployment is in the ${ongoing.status} state and cannot be stopped.`,
      );
    requestStop(ecs, ongoing, stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED');
    return { serviceDeploymentArn: arn };
  });
