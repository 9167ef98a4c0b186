import type { EcsTask } from './state.ts';
import type { TaskContainer } from './task-container.ts';

const containerView = (task: EcsTask, { stopExitCode: _, ...container }: TaskContainer) => ({
  containerArn: `${task.arn.replace(':task/', ':container/')}/${container.runtimeId.slice(0, 36)}`,
  taskArn: task.arn,
  ...container,
  networkBindings: [],
  networkInterfaces: [],
  healthStatus: task.healthStatus,
});

const containerOverride = ({ launch }: EcsTask, container: string) =>
  launch.overrides.containerOverrides?.find(({ name }) => name === container);

/** Returns a task in the API's format; fields of steps that have not happened yet are absent. */
export const taskView = (task: EcsTask) => ({
  taskArn: task.arn,
  clusterArn: task.cluster.arn,
  taskDefinitionArn: task.definition.arn,
  group: task.launch.group,
  startedBy: task.startedBy,
  launchType: task.launch.launchType,
  capacityProviderName: task.launch.capacityProviderName,
  platformVersion: task.launch.platformVersion,
  enableExecuteCommand: task.launch.enableExecuteCommand,
  lastStatus: task.lastStatus,
  desiredStatus: task.desiredStatus,
  healthStatus: task.healthStatus,
  connectivity: 'CONNECTED',
  cpu: task.launch.overrides.cpu ?? task.definition.body.cpu ?? '256',
  memory: task.launch.overrides.memory ?? task.definition.body.memory ?? '512',
  version: task.version,
  containers: task.containers.map((container) => containerView(task, container)),
  attachments: [],
  overrides: {
    ...task.launch.overrides,
    containerOverrides: task.containers.map(({ name }) => ({ name, ...containerOverride(task, name) })),
    inferenceAcceleratorOverrides: [],
  },
  createdAt: task.createdAt,
  pullStartedAt: task.pullStartedAt,
  pullStoppedAt: task.pullStoppedAt,
  startedAt: task.startedAt,
  stoppingAt: task.stoppingAt,
  executionStoppedAt: task.executionStoppedAt,
  stoppedAt: task.stoppedAt,
  stopCode: task.stopCode,
  stoppedReason: task.stoppedReason,
});
