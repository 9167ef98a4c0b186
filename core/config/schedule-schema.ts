import * as z from 'zod';
import { createPatternSchema, roleNameWithPathSchema } from './fields.ts';

/** Names: botocore events `RuleName` and scheduler `Name`, `ScheduleGroupName`. */
const schedulePattern = /^(rule:[.\-_A-Za-z0-9]{1,64}|([0-9A-Za-z_.-]{1,64}\/)?[0-9A-Za-z_.-]{1,64})$/;

/** The maximum number of schedules of a service. An execution's data and its ledger entry contain a result for each schedule. */
const maxSchedules = 20;

/** The scheduled tasks of a service that belong to each release. */
export const scheduleSettingFields = {
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
  scheduleRoles: z.array(roleNameWithPathSchema, 'must be a list of role names').default(['ecsEventsRole']),
};
