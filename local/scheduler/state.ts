import type { Cloud } from '../cloud.ts';
import type { ScheduleInput } from './input.ts';

/** What a schedule has besides its name and group: every field of the last request, or its default. */
export type ScheduleSettings = Omit<ScheduleInput, 'Name' | 'GroupName' | 'ClientToken'>;

export interface Schedule {
  arn: string;
  name: string;
  group: string;
  account: string;
  region: string;
  settings: ScheduleSettings;
  createdAt: Date;
  updatedAt: Date;
  cancelNextRun?: () => void;
}

/** A run that failed. Only a metric and the dead-letter queue of the schedule show it. */
export interface FailedRun {
  schedule: string;
  at: number;
  error: string;
}

/** The schedules and groups of all accounts and Regions, by ARN. */
export interface Schedules {
  cloud: Cloud;
  byArn: Map<string, Schedule>;
  groups: Map<string, { name: string; createdAt: Date }>;
  failedRuns: FailedRun[];
}

const schedulesByCloud = new WeakMap<Cloud, Schedules>();

/** Returns all schedules of a cloud. */
export function getSchedules(cloud: Cloud): Schedules {
  const found = schedulesByCloud.get(cloud) ?? { cloud, byArn: new Map(), groups: new Map(), failedRuns: [] };
  schedulesByCloud.set(cloud, found);
  return found;
}
