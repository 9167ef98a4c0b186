import { authorize } from '../authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { BusEvent, Cloud } from '../cloud.ts';
import type { Call, Caller } from '../service.ts';
import { type Bus, type Buses, busOf, policyOf, type Rule, type Target } from './bus.ts';
import { inputFor } from './input.ts';

interface Delivery {
  bus: Bus;
  rule: Rule;
  target: Target;
  event: BusEvent;
}

/** 24 hours and 185 retries unless the target says otherwise (…/eventbridge/latest/userguide/eb-rule-retry-policy.html). */
const defaultRetries = 185;
const defaultAgeSeconds = 86_400;
/** "Exponential back off and jitter"; the numbers are not published: 1 s, doubled up to 10 min, at least half of it. */
const longestPauseMs = 600_000;

/** These are never tried again (…/userguide/eb-rule-dlq.html): no permission, no such target. */
const permanent = /AccessDenied|NotFound|DoesNotExist|NotCovered|Validation/;

/** Gives an event to every rule of a bus that matches it. */
export function receive(buses: Buses, bus: Bus, event: BusEvent): void {
  for (const rule of bus.rules.values())
    if (rule.enabled && rule.pattern?.matches(event) === true) dispatch(buses, { bus, rule, event });
}

/** Gives an event to all targets of a rule; each is delivered, and fails, by itself. */
export function dispatch(buses: Buses, what: Omit<Delivery, 'target'>): void {
  for (const target of what.rule.targets.values())
    attempt(buses, { ...what, target }, { began: buses.cloud.clock.now(), attempts: 1 });
}

function attempt(buses: Buses, delivery: Delivery, so: { began: number; attempts: number }): void {
  const { clock } = buses.cloud;
  const going = deliver(buses, delivery).catch((error: unknown) => retryOrBury(buses, delivery, { ...so, error }));
  void clock.work(going);
}

function retryOrBury(buses: Buses, delivery: Delivery, so: { began: number; attempts: number; error: unknown }): void {
  const { cloud } = buses;
  const { MaximumRetryAttempts = defaultRetries, MaximumEventAgeInSeconds = defaultAgeSeconds } =
    delivery.target.RetryPolicy ?? {};
  const { began, attempts, error } = so;
  const pause = Math.min(1000 * 2 ** (attempts - 1), longestPauseMs) * (0.5 + cloud.chance() / 2);
  const tooOld = cloud.clock.now() + pause - began > MaximumEventAgeInSeconds * 1000;
  const name = error instanceof Error ? error.name : 'Error';
  if (attempts <= MaximumRetryAttempts && !tooOld && !permanent.test(name)) {
    cloud.clock.after(pause, () => attempt(buses, delivery, { began, attempts: attempts + 1 }));
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

const sessionOf = (cloud: Cloud, { target, event }: Delivery): Caller => {
  if (target.RoleArn === undefined) throw new AwsError('ValidationException', `Target ${target.Id} has no RoleArn`);
  return cloud.iam.session(target.RoleArn, event.id.replaceAll('-', ''));
};

async function deliver(buses: Buses, delivery: Delivery): Promise<void> {
  const { cloud } = buses;
  const { target, event, rule, bus } = delivery;
  const [, , service = '', region = bus.region] = target.Arn.split(':');
  if (service === 'events') return forward(buses, delivery);
  const input = inputFor(target, event);
  if (service === 'states') {
    const start = { stateMachineArn: target.Arn, input };
    await cloud.invoke('states', 'StartExecution', start, { caller: sessionOf(cloud, delivery), region });
    return;
  }
  // A rule invokes a function as the service; a schedule of EventBridge Scheduler, which stands here as a rule, as its role.
  const itself = { account: bus.account, arn: 'events.amazonaws.com', context: { 'aws:SourceArn': rule.arn } };
  const caller = target.RoleArn === undefined ? itself : sessionOf(cloud, delivery);
  const invoke = { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) };
  await cloud.invoke('lambda', 'Invoke', invoke, { caller, region });
}

/**
 * Puts an event on another account's bus, if the target's role and that bus's policy allow it. The event keeps its account,
 * and one that came from another account goes no further (…/eventbridge/latest/userguide/eb-cross-account.html).
 */
async function forward(buses: Buses, delivery: Delivery): Promise<void> {
  const { cloud } = buses;
  const { target, event, bus } = delivery;
  if (event.account !== bus.account) return;
  const [, , , region = '', account = ''] = target.Arn.split(':');
  const receiver = busOf(buses, { account, region });
  const call: Call = {
    cloud,
    caller: sessionOf(cloud, delivery),
    region,
    operation: 'PutEvents',
    allow: (action, resource, circumstances) => authorize(call, 'events', { action, resource, ...circumstances }),
  };
  const policy = policyOf(receiver);
  await call.allow('events:PutEvents', receiver.arn, policy === undefined ? {} : { policy });
  receive(buses, receiver, event);
}
