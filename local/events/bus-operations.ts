import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { BusEvent } from '../cloud.ts';
import { type Call, type Operation, operation } from '../service.ts';
import { type Bus, type Buses, busOf, policyOf } from './bus.ts';
import { receive } from './deliver.ts';
import { busName } from './rule-operations.ts';

const entry = z.strictObject({
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
  EventBusName: z.string().optional(),
});

type Entry = z.infer<typeof entry>;

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

function detailOf({ Detail }: Entry): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Detail));
  } catch {
    return undefined;
  }
}

function eventOf(call: Call, given: Entry, detail: Record<string, unknown>): BusEvent {
  const time = given.Time === undefined ? call.cloud.clock.now() : given.Time * 1000;
  return {
    version: '0',
    id: call.cloud.uuid(),
    'detail-type': given.DetailType,
    source: given.Source,
    account: call.caller.account,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: call.region,
    resources: given.Resources,
    detail,
  };
}

/** One entry's answer: an event id, or why it was not taken; the others are not affected (API_PutEvents). */
async function putEntry(buses: Buses, given: Entry, call: Call) {
  const own = busOf(buses, { account: call.caller.account, region: call.region });
  const name = given.EventBusName ?? 'default';
  const [, , , region = own.region, account = own.account] = name.split(':');
  const bus = busOf(buses, { account, region });
  const policy = policyOf(bus);
  // Lists, by the service authorization reference of EventBridge.
  const context = { 'events:source': [given.Source], 'events:detail-type': [given.DetailType] };
  await call.allow('events:PutEvents', bus.arn, policy === undefined ? { context } : { context, policy });
  if (name !== 'default' && name !== bus.arn)
    throw new AwsError('NotCovered', `The embedded AWS does not cover the event bus ${name}.`, 501);
  // Sources that begin with `aws.` are AWS's own (…/userguide/eb-events-structure.html).
  if (given.Source.startsWith('aws.')) return refused('NotAuthorizedForSource', 'Not authorized for the source.');
  const detail = detailOf(given);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  const event = eventOf(call, given, detail);
  if (bus === own) for (const listen of call.cloud.listeners) listen(event);
  else receive(buses, bus, event);
  return { EventId: event.id };
}

async function putEvents(buses: Buses, entries: Entry[], call: Call) {
  const Entries = [];
  for (const one of entries) Entries.push(await putEntry(buses, one, call));
  return { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries };
}

const permission = z.strictObject({
  EventBusName: busName,
  Action: z.literal('events:PutEvents').optional(),
  Principal: z
    .string()
    .regex(/^(\d{12}|\*)$/)
    .optional(),
  StatementId: z.string().optional(),
  Policy: z.string().optional(),
});

const policyDocument = z.looseObject({ Statement: z.array(z.record(z.string(), z.unknown())) });

/** The policy of the bus as a whole, or one more statement that lets an account put events. */
async function putPermission(bus: Bus, input: z.infer<typeof permission>, call: Call) {
  await call.allow('events:PutPermission', '*');
  const { Principal, StatementId, Policy } = input;
  if (Policy !== undefined) {
    bus.statements = policyDocument.parse(JSON.parse(Policy)).Statement;
    return;
  }
  if (Principal === undefined || StatementId === undefined)
    throw new AwsError('ValidationException', 'PutPermission takes a Policy, or a Principal with a StatementId.');
  const who = Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` };
  bus.statements = bus.statements.filter(({ Sid }) => Sid !== StatementId);
  bus.statements.push({
    Sid: StatementId,
    Effect: 'Allow',
    Principal: who,
    Action: 'events:PutEvents',
    Resource: bus.arn,
  });
}

async function describe(bus: Bus, call: Call) {
  await call.allow('events:DescribeEventBus', bus.arn);
  const policy = policyOf(bus);
  return { Name: 'default', Arn: bus.arn, ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }) };
}

/** PutEvents, PutPermission, DescribeEventBus. */
export const busOperations = (buses: Buses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): Bus => busOf(buses, { account: caller.account, region });
  return {
    PutEvents: operation(z.strictObject({ Entries: z.array(entry).min(1).max(10) }), ({ Entries }, call) =>
      putEvents(buses, Entries, call),
    ),
    PutPermission: operation(permission, (input, call) => putPermission(own(call), input, call)),
    DescribeEventBus: operation(z.strictObject({ Name: busName }), (_, call) => describe(own(call), call)),
  };
};
