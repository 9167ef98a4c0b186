import { services } from './config.ts';
import type { HookPlan } from './plan.ts';

/** The function of all hooks (hooks.ts), and the role with which ECS invokes it. */
export const hookFunction = 'lifecycle-hook';
export const hookInvoker = (account: string): string => `arn:aws:iam::${account}:role/hook-invoker`;

/** Returns a hook as the deployment configuration of its service declares it. */
export function declareHook(index: number, hook: HookPlan): Record<string, unknown> {
  const { account } = services[index]!;
  const invoked = {
    hookTargetArn: `arn:aws:lambda:eu-west-1:${account}:function:${hookFunction}`,
    roleArn: hookInvoker(account),
    hookDetails: { service: index, answer: hook.answer },
  };
  return {
    targetType: hook.type,
    lifecycleStages: [hook.stage],
    timeoutConfiguration: { timeoutInMinutes: hook.timeoutMinutes, action: hook.action },
    ...(hook.type === 'AWS_LAMBDA' ? invoked : {}),
  };
}
