import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { type HookAction, hookActions } from '../model/hook-answer.ts';
import type { Target } from '../model/release.ts';
import { targetSchema } from '../model/state-schemas.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { unwrapInput } from '../parsing/wrapped-input.ts';
import { mustBeObjectMessage, requestFieldSchemas } from './fields.ts';
import { parseTargetField } from './target.ts';

/** A person's answer at a pause hook: the deployment and the hook that the person saw. Without a hook, nothing is answered. */
export interface ContinueRequest {
  target: Target;
  serviceDeploymentArn: string;
  hookId?: string | undefined;
  /** The person did not name the hook, because only one hook waited. */
  onlyHook?: boolean | undefined;
  action: HookAction;
  by?: string | undefined;
  reason?: string | undefined;
}

const deploymentMessage =
  'must be the ARN of the service deployment that waits: arn:…:service-deployment/CLUSTER/SERVICE/ID';
const hookMessage = 'must be the id of the pause hook that waits, such as ecs-pause-…';

/** Returns the beginning of the ARNs of all deployments of a service. */
const formatDeploymentArnPrefix = ({ roleArn, region, cluster, service }: Target): string => {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:ecs:${region}:${account}:service-deployment/${cluster}/${service}/`;
};

/**
 * Parses the input of an execution of `continue`. Throws a ConfigurationError with every validation error and a correct input. The deployment must be one
 * of the service.
 */
export function parseContinueRequest(given: unknown, config: Config, stage: string): ContinueRequest {
  const { input, ...field } = parseTargetField(unwrapInput(given), config, stage);
  const { reason, by, flag } = requestFieldSchemas(config, stage);
  const schema = z
    .strictObject(
      {
        target: field.schema,
        serviceDeploymentArn: z.string(deploymentMessage).max(1000, deploymentMessage),
        hookId: z
          .string(hookMessage)
          .regex(/^[!-~]{1,512}$/, hookMessage)
          .optional(),
        onlyHook: flag,
        action: z.enum(hookActions, 'must be CONTINUE or ROLLBACK'),
        reason,
        by,
        /** Step Functions adds this field if another state machine started the execution. */
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.string().optional(),
      },
      mustBeObjectMessage,
    )
    .superRefine(({ target, serviceDeploymentArn }, context) => {
      // zod also checks the whole object if one of its fields is wrong.
      if (!targetSchema.safeParse(target).success || typeof serviceDeploymentArn !== 'string') return;
      const prefix = formatDeploymentArnPrefix(target);
      if (serviceDeploymentArn.startsWith(prefix)) return;
      const message = `must be the ARN of a deployment of this service, which begins with ${prefix}`;
      context.addIssue({ code: 'custom', path: ['serviceDeploymentArn'], message });
    });
  const hint = `A correct input: {${field.example}, "serviceDeploymentArn": "arn:…", "hookId": "ecs-pause-…", "action": "CONTINUE"}.`;
  const { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: _, ...request } = parseWithSchema(schema, input, {
    what: 'The input',
    hint,
  });
  return request;
}
