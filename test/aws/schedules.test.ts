import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, test as it } from 'vitest';
import { readSchedule, writeSchedule } from '../../aws/schedules.ts';
import { replaceScheduleRevision } from '../../core/schedule/raw-schedule.ts';
import { startScheduler } from '../local/observe-scheduler.ts';
import { region, testAccountId } from '../start.ts';

const to = `arn:aws:ecs:${region}:${testAccountId}:task-definition/web:8`;
const longAgo = new Date('2025-11-23T09:00:00Z');
const later = new Date('2030-01-01T00:00:00Z');

it.each([
  ['schedule-start', 'accepted', longAgo, longAgo],
  ['schedule-start', 'refused', longAgo, undefined],
  ['schedule-start', 'refused', later, later],
  ['schedule-start', 'refused', undefined, undefined],
  ['schedule-absent-fields', 'null', undefined, undefined],
  ['schedule-absent-fields', 'null', later, later],
  ['schedule-absent-fields', 'omitted', undefined, undefined],
] as const)('moves a schedule if %s is %s, and its start %s becomes %s', async (id, answer, start, expected) => {
  const { client, cloud } = await startScheduler({ id, answer }, start);
  const clients = { scheduler: client, rules: new EventBridgeClient({ region }) };
  const key = { group: 'default', name: 'nightly' };
  const schedule = (await readSchedule(clients, key))!;
  await writeSchedule(clients, 'nightly', replaceScheduleRevision(schedule, to), new Date(cloud.clock.now()));
  const moved = (await readSchedule(clients, key))!;
  expect(moved.Target).toMatchObject({ EcsParameters: { TaskDefinitionArn: to } });
  expect(moved.StartDate ?? undefined).toBe(expected && expected.getTime() / 1000);
});
