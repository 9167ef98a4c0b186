import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { regionalArn } from '../partition.ts';
import { type ScheduleInput, scheduleInputSchema, scheduleNameSchema } from './input.ts';
import { pagingSchema, takeSchedulerPage } from './paging.ts';
import { planNextRun } from './run.ts';
import type { Schedule, Schedules } from './state.ts';
import { scheduleView, summaryView, withAbsentFields } from './view.ts';

const placeOfCall = ({ caller, region }: Call) => ({ account: caller.account, region });
const scheduleArn = (call: Call, group: string, name: string): string =>
  regionalArn('scheduler', placeOfCall(call), `schedule/${group}/${name}`);
const groupArn = (call: Call, group: string): string =>
  regionalArn('scheduler', placeOfCall(call), `schedule-group/${group}`);

const notFound = (text: string): AwsError => new AwsError('ResourceNotFoundException', `${text} does not exist.`, 404);

const checkGroup = ({ groups }: Schedules, call: Call, group: string): void => {
  if (group !== 'default' && !groups.has(groupArn(call, group))) throw notFound(`Schedule group ${group}`);
};

function getSchedule({ byArn }: Schedules, arn: string, { Name }: { Name: string }): Schedule {
  const found = byArn.get(arn);
  if (found === undefined) throw notFound(`Schedule ${Name}`);
  return found;
}

/** Creating and updating a schedule needs the right to pass its role (scheduler user guide, "Managing access"). */
async function authorizeWrite(call: Call, arn: string, { Target }: ScheduleInput): Promise<void> {
  await call.allow(`scheduler:${call.operation}`, arn);
  await call.allow('iam:PassRole', Target.RoleArn, { context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
  if (Target.Arn.split(':')[2] !== 'ecs')
    throw new AwsError('NotCovered', `The embedded AWS does not cover the target ${Target.Arn}.`, 501);
  if (Target.EcsParameters === undefined) throw new AwsError('ValidationException', 'EcsParameters is required.');
}

async function createSchedule(schedules: Schedules, input: ScheduleInput, call: Call) {
  const { Name, GroupName, ClientToken: _, ...settings } = input;
  const arn = scheduleArn(call, GroupName, Name);
  await authorizeWrite(call, arn, input);
  checkGroup(schedules, call, GroupName);
  if (schedules.byArn.has(arn)) throw new AwsError('ConflictException', `Schedule ${Name} already exists.`, 409);
  const now = new Date(schedules.cloud.clock.now());
  const made: Schedule = {
    ...{ arn, name: Name, group: GroupName, settings, createdAt: now, updatedAt: now },
    ...placeOfCall(call),
  };
  planNextRun(schedules, made);
  schedules.byArn.set(arn, made);
  return { ScheduleArn: arn };
}

const startToleranceMs = 5 * 60_000;

function refusePastStart({ cloud }: Schedules, { StartDate }: ScheduleInput): void {
  const isOver = StartDate !== undefined && StartDate * 1000 < cloud.clock.now() - startToleranceMs;
  if (isOver && cloud.answers['schedule-start'] === 'refused')
    throw new AwsError('ValidationException', 'The StartDate you specify cannot be earlier than 5 minutes ago.');
}

async function updateSchedule(schedules: Schedules, input: ScheduleInput, call: Call) {
  const { Name, GroupName, ClientToken: _, ...settings } = input;
  const arn = scheduleArn(call, GroupName, Name);
  await authorizeWrite(call, arn, input);
  const schedule = getSchedule(schedules, arn, input);
  refusePastStart(schedules, input);
  schedule.settings = settings;
  schedule.updatedAt = new Date(schedules.cloud.clock.now());
  planNextRun(schedules, schedule);
  return { ScheduleArn: arn };
}

const keySchema = z.strictObject({
  Name: scheduleNameSchema,
  GroupName: scheduleNameSchema.default('default'),
  ClientToken: z.string().optional(),
});

const listSchema = z.strictObject({
  GroupName: scheduleNameSchema.optional(),
  NamePrefix: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  ...pagingSchema,
});

async function listSchedules({ byArn }: Schedules, input: z.infer<typeof listSchema>, call: Call) {
  await call.allow('scheduler:ListSchedules', '*');
  const here = [...byArn.values()].filter(({ arn }) =>
    arn.startsWith(regionalArn('scheduler', placeOfCall(call), 'sch')),
  );
  const { GroupName, NamePrefix = '', State, ...page } = input;
  const listed = here.filter(
    ({ name, group, settings }) =>
      name.startsWith(NamePrefix) &&
      (GroupName === undefined || group === GroupName) &&
      (State === undefined || settings.State === State),
  );
  const { items, ...more } = takeSchedulerPage(listed, page);
  return { Schedules: items.map(summaryView), ...more };
}

async function deleteSchedule(schedules: Schedules, { Name, GroupName }: z.infer<typeof keySchema>, call: Call) {
  const arn = scheduleArn(call, GroupName, Name);
  await call.allow('scheduler:DeleteSchedule', arn);
  getSchedule(schedules, arn, { Name }).cancelNextRun?.();
  schedules.byArn.delete(arn);
  return {};
}

const groupSchema = z.strictObject({ Name: scheduleNameSchema, ClientToken: z.string().optional() });

async function createGroup({ cloud, groups }: Schedules, name: string, call: Call) {
  const arn = groupArn(call, name);
  await call.allow('scheduler:CreateScheduleGroup', arn);
  if (name === 'default' || groups.has(arn))
    throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409);
  groups.set(arn, { name, createdAt: new Date(cloud.clock.now()) });
  return { ScheduleGroupArn: arn };
}

/** CreateSchedule, UpdateSchedule, GetSchedule, ListSchedules, DeleteSchedule and CreateScheduleGroup. */
export const schedulerOperations = (schedules: Schedules): Record<string, Operation> => ({
  CreateSchedule: defineOperation(scheduleInputSchema, (input, call) => createSchedule(schedules, input, call)),
  UpdateSchedule: defineOperation(scheduleInputSchema, (input, call) => updateSchedule(schedules, input, call)),
  GetSchedule: defineOperation(keySchema, async (input, call) => {
    const arn = scheduleArn(call, input.GroupName, input.Name);
    await call.allow('scheduler:GetSchedule', arn);
    return withAbsentFields(schedules, scheduleView(getSchedule(schedules, arn, input)));
  }),
  ListSchedules: defineOperation(listSchema, (input, call) => listSchedules(schedules, input, call)),
  DeleteSchedule: defineOperation(keySchema, (input, call) => deleteSchedule(schedules, input, call)),
  CreateScheduleGroup: defineOperation(groupSchema, ({ Name }, call) => createGroup(schedules, Name, call)),
});
