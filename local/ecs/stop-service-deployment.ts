import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation } from '../service.ts';
import { change } from './change.ts';
import { now } from './names.ts';
import { allowPart } from './service-deployments.ts';
import type { Ecs, ServiceDeployment } from './state.ts';
import { wake } from './wake.ts';

const input = z.strictObject({ serviceDeploymentArn: z.string(), stopType: z.enum(['ROLLBACK', 'ABORT']).optional() });

const stoppable = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

const request = (ecs: Ecs, going: ServiceDeployment, status: 'ROLLBACK_REQUESTED' | 'STOP_REQUESTED'): void => {
  // One that goes back already does what is asked.
  if (going.rollback !== undefined && status === 'ROLLBACK_REQUESTED') return;
  change(going, { status, updatedAt: now(ecs) });
  wake(ecs, going.service);
};

/** StopServiceDeployment: goes back to the last completed revision (ROLLBACK, the default) or leaves it at that (ABORT). */
export const stopServiceDeployment = (ecs: Ecs): Operation =>
  operation(input, async ({ serviceDeploymentArn: arn, stopType = 'ROLLBACK' }, call) => {
    await allowPart(call, arn);
    const going = ecs.serviceDeployments.get(arn);
    if (going === undefined) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
    if (!stoppable.includes(going.status))
      throw new AwsError(
        'ConflictException',
        `The service deployment is in the ${going.status} state and cannot be stopped.`,
      );
    request(ecs, going, stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED');
    return { serviceDeploymentArn: arn };
  });
