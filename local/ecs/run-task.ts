import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { iamArn, placeOf } from '../partition.ts';
import { clusterArn, ecsArn, ecsLocation, getCluster } from './arns.ts';
import { checkTaskRoles } from './assume-task-roles.ts';
import { findByClientToken, recordClientToken } from './client-tokens.ts';
import { createTask } from './create-task.ts';
import { clientException } from './errors.ts';
import { provision } from './launch-task.ts';
import { checkRunTask } from './run-task-checks.ts';
import { type RunTaskInput, runTaskSchema } from './run-task-input.ts';
import { getActiveTaskDefinition } from './services.ts';
import type { Cluster, Ecs, EcsTask } from './state.ts';
import type { EcsTaskDefinition } from './task-definition.ts';
import { findTaskDefinition } from './task-definition-reads.ts';
import { tagConditionKeys } from './task-definitions.ts';
import type { TaskLaunch } from './task-launch.ts';
import { taskRoles } from './task-roles.ts';
import { taskView } from './task-view.ts';

const fargatePlatform = '1.4.0';

/** Returns how the task is launched. FARGATE and FARGATE_SPOT are the capacity providers of the launch type FARGATE. */
function resolveLaunch(input: RunTaskInput, definition: EcsTaskDefinition): TaskLaunch {
  const { capacityProviderStrategy, overrides = {}, enableExecuteCommand, platformVersion = 'LATEST' } = input;
  const capacityProviderName = capacityProviderStrategy?.[0]?.capacityProvider;
  const launchType = input.launchType ?? (capacityProviderName?.startsWith('FARGATE') ? 'FARGATE' : 'EC2');
  const propagated = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  return {
    group: input.group ?? `family:${definition.family}`,
    launchType,
    ...(capacityProviderName === undefined ? {} : { capacityProviderName }),
    ...(launchType === 'FARGATE'
      ? { platformVersion: platformVersion === 'LATEST' ? fargatePlatform : platformVersion }
      : {}),
    enableExecuteCommand: enableExecuteCommand ?? false,
    overrides,
    tags: [...propagated, ...(input.tags ?? [])],
  };
}

const roleArn = (call: Call, role: string): string =>
  role.startsWith('arn:') ? role : iamArn(placeOf(call), `role/${role}`);

/**
 * RunTask resolves the revision before authorization (since 21 March 2024, botocore ecs RunTask). It needs up to three permissions: to run, to tag
 * if there are tags, and to pass each role of the task (developer guide, "Amazon ECS EventBridge IAM role").
 */
async function authorizeRunTask(ecs: Ecs, input: RunTaskInput, call: Call, cluster: string): Promise<void> {
  const definition = findTaskDefinition(ecs, call, input.taskDefinition);
  const context = { 'ecs:cluster': cluster };
  const resource =
    definition?.arn ?? ecsArn(ecsLocation(call), `task-definition/${input.taskDefinition.split('/').at(-1)}`);
  await call.allow('ecs:RunTask', resource, { context });
  if (definition === undefined) return;
  const launch = resolveLaunch(input, definition);
  if (launch.tags.length > 0)
    await call.allow('ecs:TagResource', ecsArn(ecsLocation(call), `task/${cluster.split('/').at(-1)}/*`), {
      context: { ...tagConditionKeys(launch.tags), 'ecs:CreateAction': 'RunTask' },
    });
  for (const role of new Set(Object.values(taskRoles({ definition, launch }))))
    if (role)
      await call.allow('iam:PassRole', roleArn(call, role), {
        context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      });
}

function startTask(ecs: Ecs, cluster: Cluster, definition: EcsTaskDefinition, input: RunTaskInput): EcsTask {
  const task = createTask(ecs, cluster, definition, {
    service: undefined,
    deployment: undefined,
    startedBy: input.startedBy,
    launch: resolveLaunch(input, definition),
    digests: new Map(),
    nth: 1,
  });
  delete task.unlisted;
  cluster.tasks.add(task);
  provision(ecs, task);
  return task;
}

const failure = (cluster: Cluster, reason: string) => ({
  // The resource in a failure is a container instance. Fargate has none.
  ...(reason.startsWith('RESOURCE:') ? { arn: cluster.arn.replace(':cluster/', ':container-instance/') } : {}),
  reason,
});

/** Places the tasks, or returns why they cannot be placed. */
function placeTasks(ecs: Ecs, cluster: Cluster, definition: EcsTaskDefinition, input: RunTaskInput) {
  const { placementFailure } = cluster;
  const count = Array.from({ length: input.count ?? 1 });
  if (placementFailure !== undefined)
    return { tasks: [], failures: count.map(() => failure(cluster, placementFailure)) };
  return { tasks: count.map(() => startTask(ecs, cluster, definition, input)), failures: [] };
}

/** Returns why ECS cannot assume the roles of the task. */
async function findRoleProblem(
  ecs: Ecs,
  input: RunTaskInput,
  call: Call,
  cluster: Cluster,
): Promise<string | undefined> {
  const definition = findTaskDefinition(ecs, call, input.taskDefinition);
  if (definition === undefined) return undefined;
  return checkTaskRoles(ecs, { definition, cluster, launch: resolveLaunch(input, definition) });
}

/** RunTask. A repeated client token returns the tasks of the first call. Tasks that cannot be placed are answers in `failures`, not errors. */
export const runTask = (ecs: Ecs): Operation =>
  defineOperation(runTaskSchema, async (input, call) => {
    const arn = clusterArn(ecsLocation(call), input.cluster);
    await authorizeRunTask(ecs, input, call, arn);
    const { clientToken, ...request } = input;
    const cluster = getCluster(ecs, arn);
    const roleProblem = await findRoleProblem(ecs, input, call, cluster);
    // After this line the function does not wait. So if two calls have the same token, only the first starts tasks.
    const parameters = JSON.stringify(request);
    const earlier = findByClientToken(ecs, cluster, clientToken, parameters);
    if (earlier !== undefined) return { tasks: earlier.map(taskView), failures: [] };
    const definition = getActiveTaskDefinition(ecs, call, input.taskDefinition);
    checkRunTask(input, definition);
    if (roleProblem !== undefined) throw clientException(roleProblem);
    const { tasks, failures } = placeTasks(ecs, cluster, definition, input);
    if (clientToken !== undefined && tasks.length > 0)
      recordClientToken(ecs, cluster, clientToken, { parameters, tasks });
    return { tasks: tasks.map(taskView), failures };
  });
