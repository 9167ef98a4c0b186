import {
  CreateScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { captureAnswerText } from '../../aws/raw-json.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { scheduler } from '../../local/scheduler.ts';
import { region, startCloud, testAccountId } from '../start.ts';

const schedule = (StartDate?: Date) => ({
  Name: 'nightly',
  ScheduleExpression: 'cron(0 2 * * ? *)',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  ...(StartDate && { StartDate }),
  Target: {
    Arn: `arn:aws:ecs:${region}:${testAccountId}:cluster/shop`,
    RoleArn: `arn:aws:iam::${testAccountId}:role/ecsEventsRole`,
    EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${region}:${testAccountId}:task-definition/web:7` },
  },
});

/** Starts EventBridge Scheduler with an answer, and with a schedule `nightly`. */
export async function startScheduler(answers: Parameters<typeof selectAnswers>[0], StartDate?: Date) {
  const { as, cloud } = await startCloud(scheduler);
  cloud.answers = selectAnswers(answers);
  const client = new SchedulerClient(as(testAccountId));
  await client.send(new CreateScheduleCommand(schedule(StartDate)));
  return { client, cloud };
}

/** Whether UpdateSchedule accepts a start time of a year ago. */
async function observeStart(answer: string): Promise<boolean> {
  const { client } = await startScheduler({ id: 'schedule-start', answer });
  const update = new UpdateScheduleCommand(schedule(new Date('2025-11-23T09:00:00Z')));
  return client.send(update).then(
    () => true,
    () => false,
  );
}

/** The value in GetSchedule's answer for a description that the schedule does not have. */
async function observeAbsentField(answer: string): Promise<unknown> {
  const { client } = await startScheduler({ id: 'schedule-absent-fields', answer });
  const command = new GetScheduleCommand({ Name: 'nightly' });
  const readAnswer = captureAnswerText(command);
  await client.send(command);
  return JSON.parse(readAnswer()).Description;
}

/** The observations of a client of EventBridge Scheduler under each answer. */
export const schedulerObservations: Record<
  string,
  [observe: (answer: string) => Promise<unknown>, expected: Record<string, unknown>]
> = {
  'schedule-start': [observeStart, { accepted: true, refused: false }],
  'schedule-absent-fields': [observeAbsentField, { omitted: undefined, null: null }],
};
