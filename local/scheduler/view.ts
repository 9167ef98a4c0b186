import type { Schedule, Schedules } from './state.ts';

/** The optional fields of a schedule (botocore scheduler GetScheduleOutput). */
const optionalFields = ['Description', 'StartDate', 'EndDate', 'KmsKeyArn'];

/** Returns a schedule. For fields that the schedule does not have, follows this cloud's answer to the assumption. */
export const withAbsentFields = ({ cloud }: Schedules, view: Record<string, unknown>): Record<string, unknown> =>
  cloud.answers['schedule-absent-fields'] === 'null'
    ? { ...Object.fromEntries(optionalFields.map((field) => [field, null])), ...view }
    : view;

/** Returns a schedule in the format of GetSchedule. */
export const scheduleView = ({ arn, name, group, settings, createdAt, updatedAt }: Schedule) => ({
  Arn: arn,
  Name: name,
  GroupName: group,
  ...settings,
  CreationDate: createdAt,
  LastModificationDate: updatedAt,
});

/** Returns a schedule in the format of ListSchedules. */
export const summaryView = (schedule: Schedule) => {
  const { Arn, Name, GroupName, CreationDate, LastModificationDate, State, Target } = scheduleView(schedule);
  return { Arn, Name, GroupName, CreationDate, LastModificationDate, State, Target: { Arn: Target.Arn } };
};
