import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud, EventBridgeEvent } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import type { EcsParameters } from '../schedules/ecs-target.ts';
import type { NextRun } from '../schedules/expression.ts';

export interface RuleTarget {
  Id: string;
  Arn: string;
  RoleArn?: string | undefined;
  Input?: string | undefined;
  EcsParameters?: EcsParameters | undefined;
  InputPath?: string | undefined;
  InputTransformer?: { InputPathsMap?: Record<string, string> | undefined; InputTemplate: string } | undefined;
  HttpParameters?: { PathParameterValues?: string[] | undefined } | undefined;
  RetryPolicy?:
    | { MaximumRetryAttempts?: number | undefined; MaximumEventAgeInSeconds?: number | undefined }
    | undefined;
  DeadLetterConfig?: { Arn?: string | undefined } | undefined;
}

export interface Rule {
  name: string;
  arn: string;
  description?: string | undefined;
  pattern?: { source: string; matches: (event: unknown) => boolean } | undefined;
  schedule?: { source: string; nextRun: NextRun } | undefined;
  enabled: boolean;
  targets: Map<string, RuleTarget>;
  /** Cancels the next run of a scheduled rule. */
  cancelSchedule?: () => void;
}

/** The default bus of one account in one Region; the emulator does not support other buses. */
export interface EventBus {
  account: string;
  region: string;
  arn: string;
  rules: Map<string, Rule>;
  statements: Record<string, unknown>[];
}

/** An event that could not be delivered to a target, with the attributes that AWS would add in the dead-letter queue. */
export interface EventDeadLetter {
  event: EventBridgeEvent;
  ruleArn: string;
  targetArn: string;
  errorCode: string;
  errorMessage: string;
  attempts: number;
}

export interface EventBuses {
  cloud: Cloud;
  byArn: Map<string, EventBus>;
  deadLetters: EventDeadLetter[];
}

const busesByCloud = new WeakMap<Cloud, EventBuses>();

/** Returns all buses of a cloud. */
export function getBuses(cloud: Cloud): EventBuses {
  const found = busesByCloud.get(cloud) ?? { cloud, byArn: new Map<string, EventBus>(), deadLetters: [] };
  busesByCloud.set(cloud, found);
  return found;
}

/** Returns the default bus of an account and Region. */
export function getBus({ byArn }: EventBuses, at: { account: string; region: string }): EventBus {
  const { account, region } = at;
  const arn = regionalArn('events', at, 'event-bus/default');
  const found = byArn.get(arn) ?? { account, region, arn, rules: new Map<string, Rule>(), statements: [] };
  byArn.set(arn, found);
  return found;
}

/** Returns the policy of a bus. Undefined if the bus has no policy. Only the bus's own account can put events then. */
export const busPolicy = ({ statements }: EventBus): PolicyDocument | undefined =>
  statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };

/** Authorizes the operation and returns the caller's rule with this name. Throws ResourceNotFoundException. */
export async function getAuthorizedRule(bus: EventBus, name: string, call: Call): Promise<Rule> {
  await call.allow(`events:${call.operation}`, ruleArn(bus, name));
  const found = bus.rules.get(name);
  if (found === undefined)
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return found;
}

export const ruleArn = (bus: EventBus, name: string): string => regionalArn('events', bus, `rule/${name}`);
