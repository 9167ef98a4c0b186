import { z } from 'zod';
import { deploymentConfigurationSchema, loadBalancerSchema } from './deployment-input.ts';
import { tagSchema } from './task-definition-input.ts';

export const capacityProviderStrategySchema = z.strictObject({
  capacityProvider: z.string(),
  weight: z.number().int().optional(),
  base: z.number().int().optional(),
});

export const awsvpcConfigurationSchema = z.strictObject({
  subnets: z.array(z.string()),
  securityGroups: z.array(z.string()).optional(),
  assignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional(),
});

const changeableFields = {
  deploymentConfiguration: deploymentConfigurationSchema.optional(),
  loadBalancers: z.array(loadBalancerSchema).optional(),
  networkConfiguration: z.strictObject({ awsvpcConfiguration: awsvpcConfigurationSchema.optional() }).optional(),
  capacityProviderStrategy: z.array(capacityProviderStrategySchema).optional(),
  platformVersion: z.string().optional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).optional(),
  enableExecuteCommand: z.boolean().optional(),
  enableECSManagedTags: z.boolean().optional(),
  propagateTags: z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']).optional(),
};

const fixedFields = {
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL']).optional(),
  schedulingStrategy: z.enum(['REPLICA']).optional(),
  deploymentController: z.strictObject({ type: z.enum(['ECS', 'CODE_DEPLOY', 'EXTERNAL']) }).optional(),
};

const serviceSettingsSchema = z.strictObject({ ...changeableFields, ...fixedFields });
export type EcsServiceSettings = z.infer<typeof serviceSettingsSchema>;

const commonFields = {
  cluster: z.string().optional(),
  taskDefinition: z.string().optional(),
  desiredCount: z.number().int().min(0).optional(),
};

/**
 * The fields that the embedded CreateService supports. Not supported: service registries, Service Connect, volumes, placement,
 * DAEMON.
 */
export const createServiceSchema = serviceSettingsSchema.extend({
  ...commonFields,
  serviceName: z.string().regex(/^[A-Za-z0-9_-]{1,255}$/),
  clientToken: z.string().optional(),
  tags: z.array(tagSchema).optional(),
});

/** The fields that the embedded UpdateService supports: the settings that can change. */
export const updateServiceSchema = z.strictObject({
  ...changeableFields,
  ...commonFields,
  service: z.string(),
  forceNewDeployment: z.boolean().optional(),
});
export type UpdateServiceInput = z.infer<typeof updateServiceSchema>;

/** Merges changes into settings; parts of a deployment configuration that the changes do not name are kept. */
export function mergeSettings(
  old: EcsServiceSettings,
  { deploymentConfiguration, ...rest }: EcsServiceSettings,
): EcsServiceSettings {
  return {
    ...old,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    deploymentConfiguration: { ...old.deploymentConfiguration, ...deploymentConfiguration },
  };
}

/** ECS's defaults for a service of the ECS controller (botocore ecs CreateServiceRequest, DeploymentConfiguration). */
export const defaultSettings: EcsServiceSettings = {
  deploymentConfiguration: {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
  },
  loadBalancers: [],
  healthCheckGracePeriodSeconds: 0,
  launchType: 'EC2',
  schedulingStrategy: 'REPLICA',
  deploymentController: { type: 'ECS' },
  enableECSManagedTags: false,
  propagateTags: 'NONE',
  enableExecuteCommand: false,
};

/** The settings whose change starts a deployment; the others affect only future tasks or rollouts (botocore ecs UpdateService). */
export const redeployingFields = [
  'loadBalancers',
  'networkConfiguration',
  'capacityProviderStrategy',
  'platformVersion',
] as const satisfies (keyof EcsServiceSettings)[];
