import * as z from 'zod';
import { parseWithSchema } from '../parsing/validation.ts';

/** A JSON object of an answer, with every field that AWS sent. */
export type RawObject = Record<string, unknown>;

const ecsFields = {
  /** The ARN of the cluster. */
  Arn: z.string(),
  RoleArn: z.string().nullish(),
  EcsParameters: z.looseObject({ TaskDefinitionArn: z.string() }).nullish(),
};
const ruleTargetSchema = z.looseObject({ Id: z.string(), ...ecsFields });
const scheduleSchema = z.looseObject({ ScheduleExpression: z.string(), Target: z.looseObject(ecsFields) });

/** The part of a target that Gantry reads. */
export interface EcsScheduleTarget {
  cluster: string;
  role?: string | undefined;
  taskDefinition: string;
}

const toEcsTarget = (target: z.infer<z.ZodObject<typeof ecsFields>>): EcsScheduleTarget[] =>
  target.EcsParameters
    ? [
        {
          cluster: target.Arn,
          role: target.RoleArn ?? undefined,
          taskDefinition: target.EcsParameters.TaskDefinitionArn,
        },
      ]
    : [];

/** Returns the targets of a rule from the answer of ListTargetsByRule. */
export const parseRuleTargets = (answer: unknown, rule: string): RawObject[] =>
  parseWithSchema(z.looseObject({ Targets: z.array(ruleTargetSchema).default([]) }), answer, {
    what: `EventBridge's answer about the rule ${rule}`,
  }).Targets;

/** Returns the targets of a rule that run tasks of ECS, with their ids. */
export const listEcsTargets = (targets: RawObject[]): (EcsScheduleTarget & { id: string })[] =>
  targets.flatMap((target) => {
    const { data } = ruleTargetSchema.safeParse(target);
    return data === undefined ? [] : toEcsTarget(data).map((found) => ({ ...found, id: data.Id }));
  });

/** Returns the answer of GetSchedule as AWS sent it. */
export const parseSchedule = (answer: unknown, name: string): RawObject =>
  parseWithSchema(scheduleSchema, answer, { what: `EventBridge Scheduler's answer about the schedule ${name}` });

/** Returns the target of a schedule, if it runs tasks of ECS. */
export const findEcsTarget = (schedule: RawObject): EcsScheduleTarget | undefined => {
  const { data } = scheduleSchema.safeParse(schedule);
  return data && toEcsTarget(data.Target)[0];
};

/** Removes null, because AWS can return null for an absent field and refuses null in a request. */
const omitNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(omitNulls);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, omitNulls(item)]])),
  );
};

const replaceInTarget = (target: RawObject, taskDefinition: string): RawObject => ({
  ...target,
  EcsParameters: { ...Object(target.EcsParameters), TaskDefinitionArn: taskDefinition },
});

/** Returns a rule's target with another revision, for PutTargets. Every other field is as AWS sent it. */
export const replaceRuleRevision = (target: RawObject, taskDefinition: string): RawObject => ({
  ...Object(omitNulls(replaceInTarget(target, taskDefinition))),
});

/** Fields of GetSchedule that UpdateSchedule does not accept (botocore scheduler, the difference of the two shapes), and the name, which the URL contains. */
const outputOnlyFields = ['Arn', 'CreationDate', 'LastModificationDate', 'Name'];

/** Returns the body of UpdateSchedule: the schedule as AWS sent it, with another revision. UpdateSchedule resets every field that is omitted. */
export function replaceScheduleRevision(schedule: RawObject, taskDefinition: string): RawObject {
  const kept = Object.entries(schedule).filter(([field]) => !outputOnlyFields.includes(field));
  const target = replaceInTarget(Object(schedule.Target), taskDefinition);
  return { ...Object(omitNulls({ ...Object.fromEntries(kept), Target: target })) };
}

/**
 * Returns the body without its StartDate if this date has passed, because EventBridge Scheduler can refuse such a date. Undefined if no past StartDate
 * exists, or if its removal would change the meaning: a rate counts from the start.
 */
export function omitPastStart(body: RawObject, now: Date): RawObject | undefined {
  const { StartDate, ...rest } = body;
  const start = Number(JSON.stringify(StartDate ?? null));
  if (!StartDate || Number.isNaN(start) || start * 1000 > now.getTime()) return undefined;
  return String(body.ScheduleExpression).startsWith('rate(') ? undefined : rest;
}
