import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { formatTime } from '../assumptions/time-format.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, EventBridgeEvent, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { iamArn } from '../partition.ts';
import { busPolicy, type EventBus, type EventBuses, getBus } from './bus.ts';
import { routeEvent } from './deliver.ts';
import { busNameSchema } from './rule-operations.ts';

const putEventsEntrySchema = z.strictObject({
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
  EventBusName: z.string().optional(),
});

type PutEventsEntry = z.infer<typeof putEventsEntrySchema>;

const failedEntry = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

function parseDetail({ Detail }: PutEventsEntry): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Detail));
  } catch {
    return undefined;
  }
}

function createEvent(call: Call, given: PutEventsEntry, detail: Record<string, unknown>): EventBridgeEvent {
  const time = given.Time === undefined ? call.cloud.clock.now() : given.Time * 1000;
  return {
    version: '0',
    id: call.cloud.uuid(),
    'detail-type': given.DetailType,
    source: given.Source,
    account: call.caller.account,
    time: formatTime(call.cloud, new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')),
    region: call.region,
    resources: given.Resources,
    detail,
  };
}

/** Puts one entry: returns an event id, or why it failed; other entries are not affected (API_PutEvents). */
async function putEntry(buses: EventBuses, given: PutEventsEntry, call: Call) {
  const own = getBus(buses, { account: call.caller.account, region: call.region });
  const name = given.EventBusName ?? 'default';
  const [, , , region = own.region, account = own.account] = name.split(':');
  const bus = getBus(buses, { account, region });
  const policy = busPolicy(bus);
  // These keys are multivalued according to the service authorization reference of EventBridge.
  const context = { 'events:source': [given.Source], 'events:detail-type': [given.DetailType] };
  await call.allow('events:PutEvents', bus.arn, policy === undefined ? { context } : { context, policy });
  if (name !== 'default' && name !== bus.arn)
    throw new AwsError('NotCovered', `The embedded AWS does not cover the event bus ${name}.`, 501);
  // Sources that begin with `aws.` are reserved for AWS (…/userguide/eb-events-structure.html).
  if (given.Source.startsWith('aws.')) return failedEntry('NotAuthorizedForSource', 'Not authorized for the source.');
  const detail = parseDetail(given);
  if (detail === undefined) return failedEntry('MalformedDetail', 'Detail is malformed.');
  const event = createEvent(call, given, detail);
  if (bus === own) for (const listen of call.cloud.eventListeners) listen(event);
  else routeEvent(buses, bus, event);
  return { EventId: event.id };
}

async function putEvents(buses: EventBuses, entries: PutEventsEntry[], call: Call) {
  const Entries = [];
  for (const one of entries) Entries.push(await putEntry(buses, one, call));
  return { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries };
}

const putPermissionSchema = z.strictObject({
  EventBusName: busNameSchema,
  Action: z.literal('events:PutEvents').optional(),
  Principal: z
    .string()
    .regex(/^(\d{12}|\*)$/)
    .optional(),
  // botocore events `StatementId`.
  StatementId: z
    .string()
    .regex(/^[a-zA-Z0-9-_]{1,64}$/)
    .optional(),
  Policy: z.string().optional(),
});

const policyDocumentSchema = z.looseObject({ Statement: z.array(z.record(z.string(), z.unknown())) });

/** How many turns of the event loop pass between the read and the write of the policy. Requests that arrive meanwhile read the same policy. */
const turnsPerWrite = 10;

/**
 * Replaces the bus's policy, or adds a statement that admits an account. PutPermission reads the policy, changes it and writes it whole, so of parallel calls
 * only the last one takes effect (hashicorp/terraform-provider-aws issue 4031).
 */
async function putPermission(bus: EventBus, input: z.infer<typeof putPermissionSchema>, call: Call) {
  await call.allow('events:PutPermission', '*');
  const { Principal, StatementId, Policy } = input;
  if (Policy !== undefined) {
    bus.statements = policyDocumentSchema.parse(JSON.parse(Policy)).Statement;
    return;
  }
  if (Principal === undefined || StatementId === undefined)
    throw new AwsError('ValidationException', 'PutPermission takes a Policy, or a Principal with a StatementId.');
  const others = bus.statements.filter(({ Sid }) => Sid !== StatementId);
  for (let turn = 0; turn < turnsPerWrite; turn++) await setImmediate();
  bus.statements = [...others, createBusStatement(bus, Principal, StatementId)];
}

const createBusStatement = ({ arn, region }: EventBus, principal: string, Sid: string) => ({
  Sid,
  Effect: 'Allow',
  Principal: principal === '*' ? '*' : { AWS: iamArn({ account: principal, region }, 'root') },
  Action: 'events:PutEvents',
  Resource: arn,
});

async function describeBus(bus: EventBus, call: Call) {
  await call.allow('events:DescribeEventBus', bus.arn);
  const policy = busPolicy(bus);
  return { Name: 'default', Arn: bus.arn, ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }) };
}

/** PutEvents, PutPermission, DescribeEventBus. */
export const busOperations = (buses: EventBuses): Record<string, Operation> => {
  const own = ({ caller, region }: Call): EventBus => getBus(buses, { account: caller.account, region });
  return {
    PutEvents: defineOperation(
      z.strictObject({ Entries: z.array(putEventsEntrySchema).min(1).max(10) }),
      ({ Entries }, call) => putEvents(buses, Entries, call),
    ),
    PutPermission: defineOperation(putPermissionSchema, (input, call) => putPermission(own(call), input, call)),
    DescribeEventBus: defineOperation(z.strictObject({ Name: busNameSchema }), (_, call) =>
      describeBus(own(call), call),
    ),
  };
};
