import { canAssumeServiceRole } from '../assume-service-role.ts';
import { AwsError } from '../aws-error.ts';
import { runEcsTarget } from '../schedules/ecs-target.ts';
import { parseScheduleExpression } from '../schedules/expression.ts';
import type { Schedule, Schedules } from './state.ts';

async function runTarget({ cloud }: Schedules, { name, account, region, settings }: Schedule): Promise<void> {
  const { Arn, RoleArn, EcsParameters, Input } = settings.Target;
  if (EcsParameters === undefined) return;
  const role = { roleArn: RoleArn, service: 'scheduler.amazonaws.com', account, region, sendsSourceAccount: true };
  if (!(await canAssumeServiceRole(cloud, role)))
    throw new AwsError('AccessDeniedException', `EventBridge Scheduler cannot assume ${RoleArn}.`);
  const target = { cluster: Arn, parameters: EcsParameters, input: Input, startedBy: `chronos-schedule/${name}` };
  await runEcsTarget(cloud, target, cloud.iam.session(RoleArn, cloud.hex(32)));
}

/** Runs a schedule's target. A failure is silent: nobody is notified, and no log contains it. */
async function runSchedule(schedules: Schedules, schedule: Schedule): Promise<void> {
  await runTarget(schedules, schedule).catch((error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    schedules.failedRuns.push({ schedule: schedule.arn, at: schedules.cloud.clock.now(), error: text });
  });
}

const isWithin = ({ StartDate = 0, EndDate = Number.POSITIVE_INFINITY }: Schedule['settings'], at: number): boolean =>
  at >= StartDate * 1000 && at <= EndDate * 1000;

/** Plans the schedule's next run, in place of the run that was planned before. A flexible window is not used, so every run is on time. */
export function planNextRun(schedules: Schedules, schedule: Schedule): void {
  const { clock } = schedules.cloud;
  schedule.cancelNextRun?.();
  const { ScheduleExpression, ScheduleExpressionTimezone, State } = schedule.settings;
  const next = parseScheduleExpression(ScheduleExpression, ScheduleExpressionTimezone)(clock.now());
  if (next === undefined || State === 'DISABLED') return;
  schedule.cancelNextRun = clock.after(next - clock.now(), () => {
    if (isWithin(schedule.settings, next)) void clock.freezeDuring(runSchedule(schedules, schedule));
    planNextRun(schedules, schedule);
  });
}
