import type { AwsRequest } from '../http.ts';

/** The operations by method and path (botocore scheduler 2021-06-30, http). */
const operations: Record<string, string> = {
  'POST schedules/NAME': 'CreateSchedule',
  'PUT schedules/NAME': 'UpdateSchedule',
  'GET schedules/NAME': 'GetSchedule',
  'DELETE schedules/NAME': 'DeleteSchedule',
  'GET schedules': 'ListSchedules',
  'POST schedule-groups/NAME': 'CreateScheduleGroup',
};

/** The names in a query that differ from the input's (botocore scheduler, locationName). */
const queryNames: Record<string, string> = {
  groupName: 'GroupName',
  ScheduleGroup: 'GroupName',
  clientToken: 'ClientToken',
};

/** Maps a method, path, query and JSON body to an operation and its input; undefined if none matches. */
export function routeSchedulerRequest(
  http: AwsRequest,
): { operation: string; input: Record<string, unknown> } | undefined {
  const [kind = '', name] = http.path.slice(1).split('/').map(decodeURIComponent);
  const operation = operations[`${http.method} ${kind}${name ? '/NAME' : ''}`];
  if (operation === undefined) return undefined;
  const query = [...http.query].map(([key, value]) => [queryNames[key] ?? key, value]);
  const body: object = http.body.length === 0 ? {} : JSON.parse(http.body.toString());
  return { operation, input: { ...body, ...Object.fromEntries(query), ...(name ? { Name: name } : {}) } };
}
