import type { AwsService, Cloud } from './cloud.ts';
import { schedulerOperations } from './scheduler/operations.ts';
import { routeSchedulerRequest } from './scheduler/rest-api.ts';
import { type FailedRun, getSchedules } from './scheduler/state.ts';
import { toAwsJson } from './wire-json.ts';

/** EventBridge Scheduler: schedules that run tasks of ECS. */
export const scheduler = (cloud: Cloud): AwsService => ({
  name: 'scheduler',
  protocol: 'rest-json',
  route: routeSchedulerRequest,
  render: (_, answer) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: toAwsJson(answer),
  }),
  operations: schedulerOperations(getSchedules(cloud)),
});

/** Returns the runs that failed. In AWS they only show in a metric, or in the dead-letter queue of their schedule. */
export const getFailedRuns = (cloud: Cloud): FailedRun[] => getSchedules(cloud).failedRuns;
