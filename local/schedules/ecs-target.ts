import { z } from 'zod';
import type { Caller } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';

const networkSchema = z.strictObject({
  awsvpcConfiguration: z
    .strictObject({
      Subnets: z.array(z.string()).min(1).max(16),
      SecurityGroups: z.array(z.string()).min(1).max(5).optional(),
      AssignPublicIp: z.enum(['ENABLED', 'DISABLED']).optional(),
    })
    .optional(),
});

const strategySchema = z.strictObject({
  capacityProvider: z.string(),
  weight: z.int().optional(),
  base: z.int().optional(),
});

/** The EcsParameters of EventBridge and of EventBridge Scheduler (botocore events and scheduler, EcsParameters). Not supported: placement. */
export const ecsParametersSchema = z.strictObject({
  TaskDefinitionArn: z.string().min(1).max(1600),
  TaskCount: z.int().min(1).max(10).optional(),
  LaunchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL']).optional(),
  NetworkConfiguration: networkSchema.optional(),
  PlatformVersion: z.string().min(1).max(64).optional(),
  Group: z.string().min(1).max(255).optional(),
  CapacityProviderStrategy: z.array(strategySchema).max(6).optional(),
  EnableECSManagedTags: z.boolean().optional(),
  EnableExecuteCommand: z.boolean().optional(),
  PropagateTags: z.enum(['TASK_DEFINITION']).optional(),
  ReferenceId: z.string().max(1024).optional(),
  Tags: z.array(z.record(z.string(), z.string())).max(50).optional(),
});
export type EcsParameters = z.infer<typeof ecsParametersSchema>;

/** A cluster whose tasks a rule or a schedule runs. `input`: the overrides as JSON. */
export interface EcsTarget {
  cluster: string;
  parameters: EcsParameters;
  input?: string | undefined;
  startedBy: string;
}

function parseOverrides(input: string | undefined): { overrides?: unknown } {
  if (input === undefined) return {};
  try {
    return { overrides: JSON.parse(input) };
  } catch {
    throw new AwsError('ValidationException', `The input of an ECS target is not JSON: ${input}`);
  }
}

const toNetwork = ({ awsvpcConfiguration: given }: z.infer<typeof networkSchema>) => ({
  awsvpcConfiguration: given && {
    subnets: given.Subnets,
    ...(given.SecurityGroups && { securityGroups: given.SecurityGroups }),
    ...(given.AssignPublicIp && { assignPublicIp: given.AssignPublicIp }),
  },
});

const toTags = (tags: Record<string, string>[]) =>
  tags.map((tag) => ({ key: tag.Key ?? tag.key ?? '', value: tag.Value ?? tag.value ?? '' }));

/** Returns the parameters of RunTask for a target. */
const toRunTask = ({ cluster, parameters: given, input, startedBy }: EcsTarget) => ({
  cluster,
  taskDefinition: given.TaskDefinitionArn,
  count: given.TaskCount ?? 1,
  startedBy,
  ...(given.LaunchType && { launchType: given.LaunchType }),
  ...(given.PlatformVersion && { platformVersion: given.PlatformVersion }),
  ...(given.Group && { group: given.Group }),
  ...(given.CapacityProviderStrategy?.length && { capacityProviderStrategy: given.CapacityProviderStrategy }),
  ...(given.NetworkConfiguration && { networkConfiguration: toNetwork(given.NetworkConfiguration) }),
  ...(given.EnableECSManagedTags !== undefined && { enableECSManagedTags: given.EnableECSManagedTags }),
  ...(given.EnableExecuteCommand !== undefined && { enableExecuteCommand: given.EnableExecuteCommand }),
  ...(given.PropagateTags && { propagateTags: given.PropagateTags }),
  ...(given.ReferenceId && { referenceId: given.ReferenceId }),
  ...(given.Tags?.length && { tags: toTags(given.Tags) }),
  ...parseOverrides(input),
});

/** Runs the tasks of a target with its role. Throws what ECS answers; a failure to place a task is an error, too. */
export async function runEcsTarget(cloud: Cloud, target: EcsTarget, caller: Caller): Promise<void> {
  const region = target.cluster.split(':')[3] ?? '';
  const answer = await cloud.invoke('ecs', 'RunTask', toRunTask(target), { caller, region });
  const { failures } = z.object({ failures: z.array(z.object({ reason: z.string() })) }).parse(answer);
  const [failure] = failures;
  if (failure !== undefined) throw new AwsError('PlacementFailure', failure.reason);
}
