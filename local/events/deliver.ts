import type { Caller } from '../../policy-evaluator/caller.ts';
import { authorize } from '../authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud, EventBridgeEvent } from '../cloud.ts';
import { runEcsTarget } from '../schedules/ecs-target.ts';
import { callApiDestination } from './api-destinations.ts';
import { busPolicy, type EventBus, type EventBuses, getBus, type Rule, type RuleTarget } from './bus.ts';
import { buildTargetInput } from './target-input.ts';

interface Delivery {
  bus: EventBus;
  rule: Rule;
  target: RuleTarget;
  event: EventBridgeEvent;
}

/** The defaults of a target: 24 hours and 185 retries (…/eventbridge/latest/userguide/eb-rule-retry-policy.html). */
const defaultRetries = 185;
const defaultMaxAgeSeconds = 86_400;
/**
 * "Exponential back off and jitter". AWS publishes no numbers; here the pause is 1 s, doubled up to 10 min, and jitter shortens
 * it by at most half.
 */
const longestPauseMs = 600_000;

/** These errors are never retried (…/userguide/eb-rule-dlq.html): no permission, no such target. */
const permanentErrors = /AccessDenied|NotFound|DoesNotExist|NotCovered|Validation/;

/** Delivers an event to every rule of a bus that matches it. */
export function routeEvent(buses: EventBuses, bus: EventBus, event: EventBridgeEvent): void {
  for (const rule of bus.rules.values())
    if (rule.enabled && rule.pattern?.matches(event) === true) deliverToTargets(buses, { bus, rule, event });
}

/** Delivers an event to all targets of a rule; deliveries succeed or fail independently. */
export function deliverToTargets(buses: EventBuses, what: Omit<Delivery, 'target'>): void {
  for (const target of what.rule.targets.values())
    attemptDelivery(buses, { ...what, target }, { began: buses.cloud.clock.now(), attempts: 1 });
}

function attemptDelivery(buses: EventBuses, delivery: Delivery, so: { began: number; attempts: number }): void {
  const { clock } = buses.cloud;
  const delivered = deliver(buses, delivery).catch((error: unknown) =>
    retryOrDeadLetter(buses, delivery, { ...so, error }),
  );
  void clock.freezeDuring(delivered);
}

function retryOrDeadLetter(
  buses: EventBuses,
  delivery: Delivery,
  so: { began: number; attempts: number; error: unknown },
): void {
  const { cloud } = buses;
  const { MaximumRetryAttempts = defaultRetries, MaximumEventAgeInSeconds = defaultMaxAgeSeconds } =
    delivery.target.RetryPolicy ?? {};
  const { began, attempts, error } = so;
  const pause = Math.min(1000 * 2 ** (attempts - 1), longestPauseMs) * (0.5 + cloud.random() / 2);
  const tooOld = cloud.clock.now() + pause - began > MaximumEventAgeInSeconds * 1000;
  const name = error instanceof Error ? error.name : 'Error';
  if (attempts <= MaximumRetryAttempts && !tooOld && !permanentErrors.test(name)) {
    cloud.clock.after(pause, () => attemptDelivery(buses, delivery, { began, attempts: attempts + 1 }));
    return;
  }
  buses.deadLetters.push({
    event: delivery.event,
    ruleArn: delivery.rule.arn,
    targetArn: delivery.target.Arn,
    errorCode: name,
    errorMessage: error instanceof Error ? error.message : String(error),
    attempts,
  });
}

const assumeTargetRole = (cloud: Cloud, { target, event }: Delivery): Caller => {
  if (target.RoleArn === undefined) throw new AwsError('ValidationException', `Target ${target.Id} has no RoleArn`);
  return cloud.iam.session(target.RoleArn, event.id.replaceAll('-', ''));
};

async function deliver(buses: EventBuses, delivery: Delivery): Promise<void> {
  const { cloud } = buses;
  const { target, event, rule, bus } = delivery;
  const [, , service = '', region = bus.region] = target.Arn.split(':');
  const isApi = target.Arn.includes(':api-destination/');
  if (service === 'events' && !isApi) return forwardToBus(buses, delivery);
  const input = buildTargetInput(target, event);
  if (isApi) return callApiDestination(cloud, { target, event, body: input }, assumeTargetRole(cloud, delivery));
  if (service === 'states') {
    const start = { stateMachineArn: target.Arn, input };
    await cloud.invoke('states', 'StartExecution', start, { caller: assumeTargetRole(cloud, delivery), region });
    return;
  }
  if (service === 'ecs' && target.EcsParameters !== undefined) {
    // A task of ECS gets no part of the event (botocore events PutTargets).
    const from = target.InputPath ?? target.InputTransformer;
    const overrides = target.Input ?? (from === undefined ? undefined : input);
    const run = { cluster: target.Arn, parameters: target.EcsParameters, startedBy: `events-rule/${rule.name}` };
    return runEcsTarget(cloud, { ...run, input: overrides }, assumeTargetRole(cloud, delivery));
  }
  // A rule invokes a function as the service. EventBridge Scheduler invokes it as the schedule's role. In the emulator, the schedules of functions are rules.
  const itself = { account: bus.account, arn: 'events.amazonaws.com', context: { 'aws:SourceArn': rule.arn } };
  const caller = target.RoleArn === undefined ? itself : assumeTargetRole(cloud, delivery);
  const invoke = { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) };
  await cloud.invoke('lambda', 'Invoke', invoke, { caller, region });
}

/**
 * Puts an event on another account's bus, if the target's role and that bus's policy allow it. The event keeps its account, and
 * an event from another account is not forwarded again (…/eventbridge/latest/userguide/eb-cross-account.html).
 */
async function forwardToBus(buses: EventBuses, delivery: Delivery): Promise<void> {
  const { cloud } = buses;
  const { target, event, bus } = delivery;
  if (event.account !== bus.account) return;
  const [, , , region = '', account = ''] = target.Arn.split(':');
  const receiver = getBus(buses, { account, region });
  const call: Call = {
    cloud,
    caller: assumeTargetRole(cloud, delivery),
    region,
    operation: 'PutEvents',
    allow: (action, resource, circumstances) => authorize(call, 'events', { action, resource, ...circumstances }),
  };
  const policy = busPolicy(receiver);
  await call.allow('events:PutEvents', receiver.arn, policy === undefined ? {} : { policy });
  routeEvent(buses, receiver, event);
}
