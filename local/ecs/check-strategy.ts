import type { LifecycleHook } from './deployment-input.ts';
import { checkEarlySuccessCriteria } from './early-success.ts';
import { invalidParameter } from './errors.ts';
import { isNativeStrategy } from './native-rollout.ts';
import type { EcsServiceSettings } from './service-input.ts';

/** "You can configure a maximum of 10 pause hooks and 10 Lambda hooks per service" (pause-lifecycle-hooks). */
const mostHooksOfType = 10;

/** A Lambda hook waits for 24 hours at most (lambda-lifecycle-hooks); a pause hook for 14 days. */
const longestLambdaMinutes = 1440;

function checkHook({ targetType = 'AWS_LAMBDA', ...hook }: LifecycleHook): string | undefined {
  const { timeoutInMinutes = 1 } = hook.timeoutConfiguration ?? {};
  const shifts = hook.lifecycleStages.filter((stage) => /^(TEST|PRODUCTION)_TRAFFIC_SHIFT$/.test(stage));
  if (targetType === 'PAUSE' && shifts.length > 0) return `A PAUSE hook cannot be configured at ${shifts[0]}.`;
  if (targetType === 'PAUSE' && (hook.hookTargetArn ?? hook.roleArn) !== undefined)
    return 'A PAUSE hook has no hookTargetArn and no roleArn.';
  if (targetType === 'AWS_LAMBDA' && (hook.hookTargetArn === undefined || hook.roleArn === undefined))
    return 'A Lambda hook needs hookTargetArn and roleArn.';
  if (targetType === 'AWS_LAMBDA' && timeoutInMinutes > longestLambdaMinutes)
    return `timeoutInMinutes of a Lambda hook must be at most ${longestLambdaMinutes}.`;
  return undefined;
}

const isMultipleOfTenth = (percent = 100): boolean => Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-9;

function findProblem(settings: NonNullable<EcsServiceSettings['deploymentConfiguration']>): string | undefined {
  const { strategy = 'ROLLING', lifecycleHooks = [], linearConfiguration, canaryConfiguration } = settings;
  if (![linearConfiguration?.stepPercent, canaryConfiguration?.canaryPercent].every(isMultipleOfTenth))
    return 'A percentage must be a multiple of 0.1.';
  if (settings.earlySuccessCriteria?.enable && isNativeStrategy(settings))
    return `earlySuccessCriteria is not valid for ${strategy}.`;
  for (const type of ['PAUSE', 'AWS_LAMBDA'])
    if (lifecycleHooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === type).length > mostHooksOfType)
      return `A service can have at most ${mostHooksOfType} hooks of the type ${type}.`;
  return lifecycleHooks.map(checkHook).find((problem) => problem !== undefined);
}

/** Rejects a deployment configuration that ECS would reject. The wording is ours: AWS publishes none. */
export function checkDeploymentConfiguration(settings: EcsServiceSettings): void {
  checkEarlySuccessCriteria(settings);
  const problem = findProblem(settings.deploymentConfiguration ?? {});
  if (problem !== undefined) throw invalidParameter(problem);
}
