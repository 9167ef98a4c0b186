import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { type Bus, type Buses, busOf, ruleFor, type Target } from './bus.ts';
import { checkPath } from './input.ts';
import { busName, ruleName } from './rule-operations.ts';

const id = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);

const target = z.strictObject({
  Id: id,
  Arn: z.string().min(1).max(1600),
  RoleArn: z.string().optional(),
  Input: z.string().max(8192).optional(),
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

/** Five targets a rule (…/eventbridge/latest/userguide/eb-quota.html). */
const targetsPerRule = 5;

function check({ Arn, RoleArn, InputPath, InputTransformer }: Target): void {
  const service = Arn.split(':')[2] ?? '';
  if (!['lambda', 'states', 'events'].includes(service))
    throw new AwsError('NotCovered', `The embedded AWS does not cover the target ${Arn}.`, 501);
  if (service !== 'lambda' && RoleArn === undefined)
    throw new AwsError('ValidationException', `RoleArn is required for target ${Arn}.`);
  for (const path of [InputPath ?? '$', ...Object.values(InputTransformer?.InputPathsMap ?? {})]) checkPath(path);
}

const putTargets = z.strictObject({ Rule: ruleName, EventBusName: busName, Targets: z.array(target).min(1).max(100) });

async function put(bus: Bus, input: z.infer<typeof putTargets>, call: Call) {
  const rule = await ruleFor(bus, input.Rule, call);
  for (const one of input.Targets) {
    check(one);
    if (one.RoleArn !== undefined)
      await call.allow('iam:PassRole', one.RoleArn, { context: { 'iam:PassedToService': 'events.amazonaws.com' } });
  }
  if (new Set([...rule.targets.keys(), ...input.Targets.map(({ Id }) => Id)]).size > targetsPerRule)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  for (const one of input.Targets) rule.targets.set(one.Id, one);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

const removeTargets = z.strictObject({ Rule: ruleName, EventBusName: busName, Ids: z.array(id).min(1) });

async function remove(bus: Bus, input: z.infer<typeof removeTargets>, call: Call) {
  const rule = await ruleFor(bus, input.Rule, call);
  const unknown = input.Ids.filter((one) => !rule.targets.delete(one));
  const FailedEntries = unknown.map((TargetId) => ({
    TargetId,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Target ${TargetId} does not exist on rule ${rule.name}.`,
  }));
  return { FailedEntryCount: FailedEntries.length, FailedEntries };
}

/** PutTargets, ListTargetsByRule, RemoveTargets. */
export const targetOperations = (buses: Buses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): Bus => busOf(buses, { account: caller.account, region });
  return {
    PutTargets: operation(putTargets, (input, call) => put(own(call), input, call)),
    RemoveTargets: operation(removeTargets, (input, call) => remove(own(call), input, call)),
    ListTargetsByRule: operation(z.strictObject({ Rule: ruleName, EventBusName: busName }), async (input, call) => ({
      Targets: [...(await ruleFor(own(call), input.Rule, call)).targets.values()],
    })),
  };
};
