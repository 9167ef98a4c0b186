import type { DeploymentPlan } from './plan.ts';

/** A healthy release of the first service, started by a job at once. */
export const healthyRelease: DeploymentPlan = {
  service: 0,
  by: 'job',
  container: 'app',
  image: 'healthy',
  after: 0,
  timeoutMinutes: 3,
  rollBack: true,
};
