import * as z from 'zod';
import { createPatternSchema, roleNameSchema } from './fields.ts';

/** Names: botocore events `RuleName` and scheduler `Name`, `ScheduleGroupName`. */
const schedulePattern = /^(rule:[.\-_A-Za-z0-9]{1,64}|([0-9A-Za-z_.-]{1,64}\/)?[0-9A-Za-z_.-]{1,64})$/;

/** The most schedules of a service. An execution's data and its ledger entry hold what happened to each. */
const maxSchedules = 20;

/** The scheduled tasks of a service that belong to each release. */
export const scheduleSettings = {
  /**
   * Schedules of EventBridge Scheduler (`GROUP/NAME`), rules of EventBridge (`rule:NAME`), or the one of the two that has this name (`NAME`: the
   * group is `default`). After a successful release, their tasks of the service's family run the new revision.
   */
  schedules: z
    .array(
      createPatternSchema(schedulePattern, 'must be NAME, GROUP/NAME or rule:NAME'),
      'must be a list of schedules and rules',
    )
    .max(maxSchedules, `must name at most ${maxSchedules} schedules`)
    .default([]),
  /** The roles that these schedules and rules use to run tasks. Whoever changes a schedule must be allowed to pass its role. Default: the role that the ECS console creates. */
  scheduleRoles: z.array(roleNameSchema, 'must be a list of role names').default(['ecsEventsRole']),
};

/** What an entry of `schedules` can mean: a rule, a schedule, or whichever of the two exists. */
export interface ScheduleReference {
  /** The name of the rule on the default event bus. */
  rule?: string;
  schedule?: { group: string; name: string };
}

/** Returns the rule and the schedule that an entry of `schedules` can mean. */
export function parseScheduleReference(text: string): ScheduleReference {
  if (text.startsWith('rule:')) return { rule: text.slice('rule:'.length) };
  const [group, name] = text.split('/');
  if (group !== undefined && name !== undefined) return { schedule: { group, name } };
  return { rule: text, schedule: { group: 'default', name: text } };
}
