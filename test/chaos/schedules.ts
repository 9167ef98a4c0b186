import { z } from 'zod';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { scheduleName, services } from './config.ts';

const scheduleSchema = z.looseObject({
  Target: z.looseObject({ EcsParameters: z.looseObject({ TaskDefinitionArn: z.string() }) }),
});
export type ChaosSchedule = z.infer<typeof scheduleSchema>;

/** Creates the schedule of a service, which runs the revision, and its role. */
export async function createSchedule(stage: InProcessSystem, index: number, revision: string): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const RoleArn = `arn:aws:iam::${account}:role/ecsEventsRole`;
  const statement = (more: object) => ({ Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow', ...more }] });
  const trust = statement({ Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const run = statement({ Action: ['ecs:RunTask', 'iam:PassRole'], Resource: '*' });
  stage.cloud.iam.roles.set(RoleArn, { arn: RoleArn, trust, policies: { run } });
  await stage.admin(account)('scheduler', 'CreateSchedule', {
    Name: scheduleName(name),
    Description: 'made by somebody else',
    ScheduleExpression: 'cron(0 2 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'DISABLED',
    Target: {
      Arn: `arn:aws:ecs:eu-west-1:${account}:cluster/${cluster}`,
      RoleArn,
      Input: '{"containerOverrides":[{"name":"app","command":["report"]}]}',
      EcsParameters: { TaskDefinitionArn: revision, TaskCount: 2 },
    },
  });
}

export async function readSchedule(stage: InProcessSystem, index: number): Promise<ChaosSchedule> {
  const { account, name } = services[index]!;
  return scheduleSchema.parse(await stage.admin(account)('scheduler', 'GetSchedule', { Name: scheduleName(name) }));
}

export const scheduledRevision = ({ Target }: ChaosSchedule): string => Target.EcsParameters.TaskDefinitionArn;

/** Somebody sets the schedule of a service to its first revision. Adds the service to `changed`. Does nothing in a run without schedules. */
export async function changeSchedule(stage: InProcessSystem, index: number, changed: Set<number>): Promise<void> {
  const { account, name } = services[index]!;
  const found = await readSchedule(stage, index).catch(() => undefined);
  if (found === undefined) return;
  const { Arn: _, CreationDate: _created, LastModificationDate: _modified, ...fields } = found;
  // An answer can contain an absent field as null, which UpdateSchedule refuses (local/assumptions/scheduler-answers.ts).
  const settings = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const TaskDefinitionArn = scheduledRevision(found).replace(/\d+$/, '1');
  const EcsParameters = { ...found.Target.EcsParameters, TaskDefinitionArn };
  changed.add(index);
  const input = { ...settings, Name: scheduleName(name), Target: { ...found.Target, EcsParameters } };
  await stage.admin(account)('scheduler', 'UpdateSchedule', input);
}
