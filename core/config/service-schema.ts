import * as z from 'zod';
import { createdServiceSchema } from './created-service-schema.ts';
import { createPatternSchema, ecsNameSchema, roleNameWithPathSchema } from './fields.ts';
import { areSettingsWithinDayLimit, dayLimitError, releaseSettingFields } from './match-schema.ts';
import { allowedPipelinesSchema } from './pipeline-schema.ts';
import { checkReleaseTasks, releaseTaskFields } from './task-schema.ts';

/** A service of a target that is named in the configuration. */
export const serviceConfigSchema = z
  .strictObject({
    /** The name of the ECS service. With the target's name it forms the name in commands: `test/web`. */
    name: ecsNameSchema,
    /** The containers whose image a release is allowed to replace. */
    containers: z.array(ecsNameSchema, 'must be a list of container names').min(1, 'must name at least one container'),
    /** The task definition family that revisions are registered in. Default: the service's name. */
    family: ecsNameSchema.optional(),
    /** The role in the target account that ECS uses to pull images and to write logs. */
    executionRole: roleNameWithPathSchema,
    /** The roles in the target account that the containers use. Gantry is allowed to pass these roles and `executionRole`, and no others. */
    taskRoles: z.array(roleNameWithPathSchema, 'must be a list of role names').default([]),
    /** The log group of the containers. Gantry shows the end of a failed container's log. Default: `/ecs/<family>`, which the ECS console uses too. */
    logGroup: createPatternSchema(/^[\w./#-]{1,512}$/, 'must be the name of a log group').optional(),
    /** CloudWatch alarms of the target account that belong to this service. If one goes to ALARM during a deployment, the deployment fails. */
    alarms: z
      .array(createPatternSchema(/^(?!\s*[aA][rR][nN]:).{1,255}$/, 'must be the name of an alarm, not its ARN'))
      .default([]),
    ...releaseSettingFields,
    ...releaseTaskFields,
    /** The pipelines that can deploy to this service, instead of those of its target. `*` matches any characters. */
    allowedPipelines: allowedPipelinesSchema.optional(),
    /** Create the service too, with its roles and a load balancer, in the account's default VPC. For users who start from nothing. */
    create: createdServiceSchema.optional(),
  })
  .refine(areSettingsWithinDayLimit, dayLimitError)
  .superRefine(checkReleaseTasks);
