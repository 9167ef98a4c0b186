import { z } from 'zod';
import { isAccountAdmitted } from '../../policy-evaluator/bus-admission.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { iamArn } from '../partition.ts';
import { ecsParametersSchema } from '../schedules/ecs-target.ts';
import { httpParametersSchema } from './api-destinations.ts';
import {
  busPolicy,
  type EventBus,
  type EventBuses,
  getAuthorizedRule,
  getBus,
  type Rule,
  type RuleTarget,
} from './bus.ts';
import { busNameSchema, ruleNameSchema } from './rule-operations.ts';
import { checkInputPath } from './target-input.ts';

const targetIdSchema = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);

const targetSchema = z.strictObject({
  Id: targetIdSchema,
  Arn: z.string().min(1).max(1600),
  RoleArn: z.string().optional(),
  Input: z.string().max(8192).optional(),
  EcsParameters: ecsParametersSchema.optional(),
  HttpParameters: httpParametersSchema.optional(),
  InputPath: z.string().max(256).optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string().min(1).max(8192),
    })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});

/** At most five targets per rule (…/eventbridge/latest/userguide/eb-quota.html). */
const targetsPerRule = 5;

function checkTarget({ Arn, RoleArn, InputPath, InputTransformer, EcsParameters }: RuleTarget): void {
  const service = Arn.split(':')[2] ?? '';
  if (service === 'ecs' && EcsParameters === undefined)
    throw new AwsError('ValidationException', `EcsParameters is required for target ${Arn}.`);
  if (!['lambda', 'states', 'events', 'ecs'].includes(service))
    throw new AwsError('NotCovered', `The embedded AWS does not cover the target ${Arn}.`, 501);
  if (service !== 'lambda' && RoleArn === undefined)
    throw new AwsError('ValidationException', `RoleArn is required for target ${Arn}.`);
  for (const path of [InputPath ?? '$', ...Object.values(InputTransformer?.InputPathsMap ?? {})]) checkInputPath(path);
}

const putTargetsSchema = z.strictObject({
  Rule: ruleNameSchema,
  EventBusName: busNameSchema,
  Targets: z.array(targetSchema).min(1).max(100),
});

/** Throws AccessDeniedException if the target is a bus of another account or Region whose policy does not admit this account. */
async function checkReceivingBus(
  buses: EventBuses,
  { bus, rule }: { bus: EventBus; rule: Rule },
  arn: string,
): Promise<void> {
  const [, , service, region = '', account = ''] = arn.split(':');
  if (
    service !== 'events' ||
    arn.includes(':api-destination/') ||
    buses.cloud.skipAuthorization ||
    (account === bus.account && region === bus.region)
  )
    return;
  const policy = busPolicy(getBus(buses, { account, region }));
  const sender = { account: bus.account, rule: rule.arn, at: buses.cloud.clock.now() };
  if (await isAccountAdmitted({ arn, policy }, sender)) return;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${iamArn(bus, 'root')} is not authorized to perform: events:PutEvents on resource: ${arn} ` +
      'because no resource-based policy allows the events:PutEvents action',
  );
}

async function putTargets(
  buses: EventBuses,
  bus: EventBus,
  { input, call }: { input: z.infer<typeof putTargetsSchema>; call: Call },
) {
  const rule = await getAuthorizedRule(bus, input.Rule, call);
  for (const one of input.Targets) {
    checkTarget(one);
    if (one.RoleArn !== undefined)
      await call.allow('iam:PassRole', one.RoleArn, { context: { 'iam:PassedToService': 'events.amazonaws.com' } });
    await checkReceivingBus(buses, { bus, rule }, one.Arn);
  }
  if (new Set([...rule.targets.keys(), ...input.Targets.map(({ Id }) => Id)]).size > targetsPerRule)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  for (const one of input.Targets) rule.targets.set(one.Id, one);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

/** Lists the rules that have this target: for tasks of ECS, the target is the cluster (botocore events ListRuleNamesByTarget). */
async function listRuleNames(bus: EventBus, arn: string, call: Call) {
  await call.allow('events:ListRuleNamesByTarget', '*');
  const rules = [...bus.rules.values()].filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === arn));
  return { RuleNames: rules.map(({ name }) => name) };
}

const removeTargetsSchema = z.strictObject({
  Rule: ruleNameSchema,
  EventBusName: busNameSchema,
  Ids: z.array(targetIdSchema).min(1),
});

async function removeTargets(bus: EventBus, input: z.infer<typeof removeTargetsSchema>, call: Call) {
  const rule = await getAuthorizedRule(bus, input.Rule, call);
  const unknown = input.Ids.filter((one) => !rule.targets.delete(one));
  const FailedEntries = unknown.map((TargetId) => ({
    TargetId,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Target ${TargetId} does not exist on rule ${rule.name}.`,
  }));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}

/** PutTargets, ListTargetsByRule, ListRuleNamesByTarget, RemoveTargets. */
export const targetOperations = (buses: EventBuses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): EventBus => getBus(buses, { account: caller.account, region });
  return {
    PutTargets: defineOperation(putTargetsSchema, (input, call) => putTargets(buses, own(call), { input, call })),
    RemoveTargets: defineOperation(removeTargetsSchema, (input, call) => removeTargets(own(call), input, call)),
    ListRuleNamesByTarget: defineOperation(
      z.strictObject({ TargetArn: z.string(), EventBusName: busNameSchema }),
      (input, call) => listRuleNames(own(call), input.TargetArn, call),
    ),
    ListTargetsByRule: defineOperation(
      z.strictObject({ Rule: ruleNameSchema, EventBusName: busNameSchema }),
      async (input, call) => ({
        Targets: [...(await getAuthorizedRule(own(call), input.Rule, call)).targets.values()],
      }),
    ),
  };
};
