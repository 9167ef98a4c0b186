import type { Config } from '../core/config/check.ts';
import type { Target } from '../core/model/release.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import { formatContinueCommand } from '../core/rollout/continue-command.ts';
import { calculateHookStart } from '../core/rollout/hook-start.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import type { CliContext } from './context.ts';

/** The hook's service, and ECS's data about its deployment. Undefined if the user is not allowed to read it. */
interface HookContext {
  config: Config;
  target: Target;
  serviceDeployment: ServiceDeployment | undefined;
}

/** Adds the time since which a hook waits, if that time is known. Adds the command that answers the hook, if the configuration allows answers. */
export function describeHook(hook: LifecycleHook, { config, target, serviceDeployment }: HookContext): LifecycleHook {
  const since = serviceDeployment && calculateHookStart(hook, serviceDeployment);
  const command = hook.waitsFor === 'person' ? formatContinueCommand(config, target, hook.id) : undefined;
  return { ...hook, ...(since !== undefined && { since }), ...(command !== undefined && { command }) };
}

/** Rewrites the command that answers a hook for this user (message-wording.ts). */
export const adaptHook = (hook: LifecycleHook, { adaptMessage }: Pick<CliContext, 'adaptMessage'>): LifecycleHook =>
  hook.command === undefined ? hook : { ...hook, command: adaptMessage(hook.command) };
