import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { finishHook } from './lifecycle-hooks.ts';
import { authorizeServiceChild } from './service-deployments.ts';
import type { Ecs } from './state.ts';

const continueServiceDeploymentSchema = z.strictObject({
  serviceDeploymentArn: z.string(),
  hookId: z.string(),
  action: z.enum(['CONTINUE', 'ROLLBACK']).optional(),
});

/** The model lists both errors, and the guide names neither of them (botocore ecs ContinueServiceDeployment). */
const refusals = {
  'invalid-parameter': 'InvalidParameterException',
  client: 'ClientException',
  none: 'InvalidParameterException',
};

/** ContinueServiceDeployment: ends the pause of a hook, so that the deployment continues (the default) or rolls back. */
export const continueServiceDeployment = (ecs: Ecs): Operation =>
  defineOperation(
    continueServiceDeploymentSchema,
    async ({ serviceDeploymentArn: arn, hookId, action = 'CONTINUE' }, call) => {
      await authorizeServiceChild(call, arn);
      const answer = ecs.cloud.answers['continue-refused'];
      const refuse = (message: string): AwsError => new AwsError(refusals[answer], message);
      const ongoing = ecs.serviceDeployments.get(arn);
      if (ongoing === undefined)
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
      if (ongoing.status !== 'IN_PROGRESS')
        throw refuse(`The service deployment is in the ${ongoing.status} state and cannot be continued.`);
      const hook = ongoing.native?.hooks.find(({ id }) => id === hookId);
      if (answer === 'none' && hook !== undefined && hook.status !== 'AWAITING_ACTION')
        return { serviceDeploymentArn: arn };
      if (hook?.status !== 'AWAITING_ACTION') throw refuse(`The hook ${hookId} is not awaiting an action.`);
      finishHook(ecs, ongoing, hook, action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED');
      return { serviceDeploymentArn: arn };
    },
  );
