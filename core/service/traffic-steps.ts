/** How a deployment shifts traffic, limited to the fields that decisions use (botocore ecs `DeploymentConfiguration`). */
export interface TrafficStrategy {
  strategy?: string | undefined;
  bakeTimeInMinutes?: number | undefined;
  linearConfiguration?: { stepPercent?: number | undefined; stepBakeTimeInMinutes?: number | undefined } | undefined;
  canaryConfiguration?:
    | { canaryPercent?: number | undefined; canaryBakeTimeInMinutes?: number | undefined }
    | undefined;
}

/** Percentages are multiples of 0.1 (botocore ecs `LinearConfiguration`). */
const toTenths = (percent: number): number => Math.round(percent * 10);

/** Returns the new revision's share of the production traffic after each step, in percent; the last is 100. The defaults are those of botocore. */
export function listTrafficSteps({ strategy, linearConfiguration, canaryConfiguration }: TrafficStrategy): number[] {
  const canary = toTenths(canaryConfiguration?.canaryPercent ?? 5);
  const linear = toTenths(linearConfiguration?.stepPercent ?? 10);
  const step = strategy === 'LINEAR' ? linear : strategy === 'CANARY' ? canary : 1000;
  if (step <= 0 || step >= 1000) return [100];
  if (strategy === 'CANARY') return [step / 10, 100];
  const count = Math.ceil(1000 / step);
  return Array.from({ length: count }, (_, index) => Math.min(1000, step * (index + 1)) / 10);
}

/** Returns how long ECS waits after a step that is not the last, in minutes. */
export function calculateStepBakeMinutes({
  strategy,
  linearConfiguration,
  canaryConfiguration,
}: TrafficStrategy): number {
  if (strategy === 'LINEAR') return linearConfiguration?.stepBakeTimeInMinutes ?? 6;
  return strategy === 'CANARY' ? (canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) : 0;
}

/** Returns the sum of all bake times of a deployment, in minutes. This is the minimum duration of a deployment without its tasks and hooks. */
export const calculateTotalBakeMinutes = (strategy: TrafficStrategy): number =>
  calculateStepBakeMinutes(strategy) * (listTrafficSteps(strategy).length - 1) + (strategy.bakeTimeInMinutes ?? 0);
