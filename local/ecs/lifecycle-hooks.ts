import { now } from './arns.ts';
import type { LifecycleHook } from './deployment-input.ts';
import { publishHookEvent } from './events.ts';
import { invokeHook } from './invoke-hook.ts';
import type { HookExecution, NativeRollout } from './native-rollout.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** The longest wait for a hook unless its configuration says otherwise: 24 hours (pause-lifecycle-hooks, lambda-lifecycle-hooks). */
const defaultTimeoutMinutes = 1440;

const failureReasons = { FAILED: 'failed', TIMED_OUT: 'timed out' };

/** Ends an execution of a hook, once. */
export function finishHook(
  ecs: Ecs,
  deployment: EcsServiceDeployment,
  hook: HookExecution,
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT',
): void {
  if (!['AWAITING_ACTION', 'IN_PROGRESS'].includes(hook.status) || deployment.finishedAt !== undefined) return;
  hook.status = status;
  hook.finishedAt = now(ecs);
  publishHookEvent(ecs, deployment, hook);
  const rollsBack = status === 'FAILED' || (status === 'TIMED_OUT' && hook.timeoutAction === 'ROLLBACK');
  if (status !== 'SUCCEEDED' && rollsBack && deployment.native !== undefined)
    deployment.native.failure ??= {
      summary: `lifecycle hook ${failureReasons[status]}`,
      reason: `the lifecycle hook ${hook.id} ${failureReasons[status]} at ${hook.stage}`,
    };
  wakeScheduler(ecs, deployment.service);
}

function startHook(ecs: Ecs, deployment: EcsServiceDeployment, native: NativeRollout, hook: LifecycleHook) {
  const { targetType: type = 'AWS_LAMBDA', timeoutConfiguration: { timeoutInMinutes, action } = {} } = hook;
  const timeoutMs = (timeoutInMinutes ?? defaultTimeoutMinutes) * 60_000;
  const execution: HookExecution = {
    id: `ecs-${type === 'PAUSE' ? 'pause' : 'lambda'}-${ecs.cloud.hex(43)}`,
    type,
    targetArn: hook.hookTargetArn,
    stage: native.stage,
    status: type === 'PAUSE' ? 'AWAITING_ACTION' : 'IN_PROGRESS',
    expiresAt: new Date(ecs.cloud.clock.now() + timeoutMs),
    timeoutAction: action ?? 'ROLLBACK',
    startedAt: now(ecs),
  };
  native.cancelTimers.push(ecs.cloud.clock.after(timeoutMs, () => finishHook(ecs, deployment, execution, 'TIMED_OUT')));
  publishHookEvent(ecs, deployment, execution);
  if (type === 'AWS_LAMBDA')
    void ecs.cloud.clock.freezeDuring(
      invokeHook(ecs, {
        deployment,
        hook,
        execution,
        finish: (status) => finishHook(ecs, deployment, execution, status),
      }),
    );
  return execution;
}

/** Starts the hooks of the stage that a deployment has entered; all of them run in parallel. */
export function startHooks(ecs: Ecs, deployment: EcsServiceDeployment, native: NativeRollout): void {
  const { lifecycleHooks = [] } = deployment.target.settings.deploymentConfiguration ?? {};
  native.current = lifecycleHooks
    .filter(({ lifecycleStages }) => lifecycleStages.some((stage) => stage === native.stage))
    .map((hook) => startHook(ecs, deployment, native, hook));
  native.hooks.push(...native.current);
}
