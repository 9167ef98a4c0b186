import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  ResourceNotFoundException as RuleNotFound,
} from '@aws-sdk/client-eventbridge';
import {
  GetScheduleCommand,
  ResourceNotFoundException as ScheduleNotFound,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import { parseJsonExactly } from '../core/parsing/exact-json.ts';
import { omitPastStart, parseRuleTargets, parseSchedule, type RawObject } from '../core/schedule/raw-schedule.ts';
import { captureAnswerText, overrideRequestBody } from './raw-json.ts';
import type { SessionCredentials } from './sts.ts';

/** Clients for the schedules and rules of one target account. */
export interface ScheduleClients {
  scheduler: SchedulerClient;
  rules: EventBridgeClient;
}

export const createScheduleClients = ({ region }: Target, credentials: SessionCredentials): ScheduleClients => ({
  scheduler: new SchedulerClient({ region, credentials }),
  rules: new EventBridgeClient({ region, credentials }),
});

/** Returns a schedule exactly as EventBridge Scheduler sent it; undefined if there is none of this group and name. */
export async function readSchedule(
  { scheduler }: ScheduleClients,
  { group, name }: { group: string; name: string },
): Promise<RawObject | undefined> {
  const command = new GetScheduleCommand({ GroupName: group, Name: name });
  const readAnswer = captureAnswerText(command);
  const found = await scheduler.send(command).catch((error: unknown) => {
    if (error instanceof ScheduleNotFound) return undefined;
    throw toFailure(error, `reading the schedule ${group}/${name}`);
  });
  return found && parseSchedule(parseJsonExactly(readAnswer()), `${group}/${name}`);
}

/** Returns the targets of a rule exactly as EventBridge sent them; undefined if there is no such rule on the default event bus. */
export async function readRuleTargets({ rules }: ScheduleClients, rule: string): Promise<RawObject[] | undefined> {
  const command = new ListTargetsByRuleCommand({ Rule: rule });
  const readAnswer = captureAnswerText(command);
  const found = await rules.send(command).catch((error: unknown) => {
    if (error instanceof RuleNotFound) return undefined;
    throw toFailure(error, `reading the targets of the rule ${rule}`);
  });
  return found && parseRuleTargets(parseJsonExactly(readAnswer()), rule);
}

const sendSchedule = async ({ scheduler }: ScheduleClients, name: string, body: RawObject): Promise<void> => {
  // The SDK requires these fields, but the call sends the given body instead.
  const FlexibleTimeWindow = { Mode: 'OFF' } as const;
  const Target = { Arn: 'in the body', RoleArn: 'in the body' };
  const command = new UpdateScheduleCommand({
    Name: name,
    ScheduleExpression: 'in the body',
    FlexibleTimeWindow,
    Target,
  });
  overrideRequestBody(command, JSON.stringify(body));
  await scheduler.send(command);
};

const isStartRefused = (error: unknown): boolean =>
  error instanceof ValidationException && /StartDate/i.test(error.message);

/**
 * Writes a whole schedule. If EventBridge Scheduler refuses the start date because it has passed, writes the schedule without it, provided that this does
 * not change its meaning.
 */
export async function writeSchedule(clients: ScheduleClients, name: string, body: RawObject, now: Date): Promise<void> {
  await sendSchedule(clients, name, body)
    .catch(async (error: unknown) => {
      const withoutStart = isStartRefused(error) ? omitPastStart(body, now) : undefined;
      if (withoutStart === undefined) throw error;
      await sendSchedule(clients, name, withoutStart);
    })
    .catch((error: unknown) => {
      throw toFailure(error, `updating the schedule ${name}`);
    });
}

/** Writes one target of a rule; the others stay as they are. */
export async function writeRuleTarget({ rules }: ScheduleClients, rule: string, target: RawObject): Promise<void> {
  const command = new PutTargetsCommand({ Rule: rule, Targets: [] });
  overrideRequestBody(command, JSON.stringify({ Rule: rule, Targets: [target] }));
  const { FailedEntries = [] } = await rules.send(command).catch((error: unknown) => {
    throw toFailure(error, `writing a target of the rule ${rule}`);
  });
  const [failed] = FailedEntries;
  if (failed === undefined) return;
  // PutTargets can fail for single targets if there are too many requests (botocore events PutTargets).
  throw new Failure(
    'SystemUnavailable',
    `EventBridge did not write a target of the rule ${rule}: ${failed.ErrorCode}, ${failed.ErrorMessage}.`,
  );
}
