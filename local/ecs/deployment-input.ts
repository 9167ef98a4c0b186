import { z } from 'zod';

const percentSchema = z.number().min(0.1).max(100);
const minutesSchema = z.number().int().min(0).max(1440);

/** Members of botocore ecs DeploymentCircuitBreaker; the SDK adds the last two (circuit breaker settings, July 2026). */
const circuitBreakerSchema = z.strictObject({
  enable: z.boolean(),
  rollback: z.boolean(),
  resetOnHealthyTask: z.boolean().optional(),
  thresholdConfiguration: z
    .strictObject({
      type: z.enum(['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT']),
      value: z.number().int().min(1),
    })
    .optional(),
});

/** The stages at which a hook can run (botocore ecs DeploymentLifecycleHookStage). */
const hookStageSchema = z.enum([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);

/** A lifecycle hook of a service. `hookDetails` is any JSON (botocore ecs HookDetails). */
const lifecycleHookSchema = z.strictObject({
  targetType: z.enum(['AWS_LAMBDA', 'PAUSE']).optional(),
  hookTargetArn: z.string().optional(),
  roleArn: z.string().optional(),
  lifecycleStages: z.array(hookStageSchema).min(1),
  hookDetails: z.record(z.string(), z.unknown()).optional(),
  timeoutConfiguration: z
    .strictObject({
      timeoutInMinutes: z.number().int().min(1).max(20_160).optional(),
      action: z.enum(['ROLLBACK', 'CONTINUE']).optional(),
    })
    .optional(),
});
export type LifecycleHook = z.infer<typeof lifecycleHookSchema>;

export const deploymentConfigurationSchema = z.strictObject({
  deploymentCircuitBreaker: circuitBreakerSchema.optional(),
  maximumPercent: z.number().int().optional(),
  minimumHealthyPercent: z.number().int().optional(),
  alarms: z.strictObject({ alarmNames: z.array(z.string()), enable: z.boolean(), rollback: z.boolean() }).optional(),
  strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']).optional(),
  bakeTimeInMinutes: minutesSchema.optional(),
  lifecycleHooks: z.array(lifecycleHookSchema).optional(),
  linearConfiguration: z
    .strictObject({ stepPercent: percentSchema.min(3).optional(), stepBakeTimeInMinutes: minutesSchema.optional() })
    .optional(),
  canaryConfiguration: z
    .strictObject({ canaryPercent: percentSchema.optional(), canaryBakeTimeInMinutes: minutesSchema.optional() })
    .optional(),
  earlySuccessCriteria: z
    .strictObject({
      enable: z.boolean(),
      healthyPercent: z.number().int().min(0).max(100).optional(),
      sourceServiceRevisionCleanup: z.enum(['BLOCKING', 'DEFERRED']).optional(),
    })
    .optional(),
});

export const loadBalancerSchema = z.strictObject({
  targetGroupArn: z.string().optional(),
  loadBalancerName: z.string().optional(),
  containerName: z.string().optional(),
  containerPort: z.number().int().optional(),
  advancedConfiguration: z
    .strictObject({
      alternateTargetGroupArn: z.string().optional(),
      productionListenerRule: z.string().optional(),
      testListenerRule: z.string().optional(),
      roleArn: z.string().optional(),
    })
    .optional(),
});
