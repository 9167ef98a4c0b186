import { z } from 'zod';
import type { Caller } from '../../policy-evaluator/caller.ts';
import { authorize } from '../authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud, EventBridgeEvent, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { regionalArn } from '../partition.ts';
import type { RuleTarget } from './bus.ts';
import { valueAt } from './target-input.ts';

interface Connection {
  arn: string;
  header: { name: string; value: string };
}

interface ApiDestination {
  arn: string;
  connection: Connection;
  endpoint: string;
  method: string;
}

/** A request that EventBridge would send to an API. The emulator only keeps it. */
export interface ApiRequest {
  method: string;
  url: string;
  header: { name: string; value: string };
  body: string;
}

interface ApiDestinations {
  connections: Map<string, Connection>;
  destinations: Map<string, ApiDestination>;
  requests: ApiRequest[];
}

const destinationsByCloud = new WeakMap<Cloud, ApiDestinations>();

const getDestinations = (cloud: Cloud): ApiDestinations => {
  const all = destinationsByCloud.get(cloud) ?? { connections: new Map(), destinations: new Map(), requests: [] };
  destinationsByCloud.set(cloud, all);
  return all;
};

/** Returns every request to an API destination, oldest first. */
export const listApiRequests = (cloud: Cloud): ApiRequest[] => getDestinations(cloud).requests;

/** Parameters of a target that is an API destination (…/eventbridge/latest/APIReference/API_HttpParameters.html). */
export const httpParametersSchema = z.strictObject({ PathParameterValues: z.array(z.string()).optional() });

const nameSchema = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const connectionSchema = z.strictObject({
  Name: nameSchema,
  AuthorizationType: z.literal('API_KEY'),
  AuthParameters: z.strictObject({
    ApiKeyAuthParameters: z.strictObject({ ApiKeyName: z.string().max(512), ApiKeyValue: z.string().max(512) }),
  }),
});
const destinationSchema = z.strictObject({
  Name: nameSchema,
  ConnectionArn: z.string(),
  InvocationEndpoint: z.string().startsWith('https://'),
  HttpMethod: z.enum(['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']),
});

/** CreateConnection and CreateApiDestination. The ARNs end in an id that AWS chooses. */
export function apiDestinationOperations(cloud: Cloud): Record<string, Operation> {
  const all = getDestinations(cloud);
  const arnOf = ({ caller, region }: Call, kind: string, name: string) =>
    regionalArn('events', { account: caller.account, region }, `${kind}/${name}/${cloud.uuid()}`);
  return {
    CreateConnection: defineOperation(connectionSchema, async ({ Name, AuthParameters }, call) => {
      const arn = arnOf(call, 'connection', Name);
      await call.allow('events:CreateConnection', arn);
      const { ApiKeyName: name, ApiKeyValue: value } = AuthParameters.ApiKeyAuthParameters;
      all.connections.set(arn, { arn, header: { name, value } });
      return { ConnectionArn: arn, ConnectionState: 'AUTHORIZED' };
    }),
    CreateApiDestination: defineOperation(destinationSchema, async (input, call) => {
      const arn = arnOf(call, 'api-destination', input.Name);
      await call.allow('events:CreateApiDestination', arn);
      const connection = all.connections.get(input.ConnectionArn);
      if (connection === undefined)
        throw new AwsError('ResourceNotFoundException', `Connection '${input.ConnectionArn}' does not exist.`);
      all.destinations.set(arn, { arn, connection, endpoint: input.InvocationEndpoint, method: input.HttpMethod });
      return { ApiDestinationArn: arn, ApiDestinationState: 'ACTIVE' };
    }),
  };
}

/**
 * Keeps the request for an event. Each `*` of the endpoint is replaced by a value, which can be a JSON path into the event (EventBridge User Guide,
 * "Dynamic path parameters").
 */
export async function callApiDestination(
  cloud: Cloud,
  { target, event, body }: { target: RuleTarget; event: EventBridgeEvent; body: string },
  caller: Caller,
): Promise<void> {
  const { destinations, requests } = getDestinations(cloud);
  const allow = (action: string, resource: string) =>
    authorize({ cloud, caller, region: event.region, operation: 'InvokeApiDestination', allow }, 'events', {
      action,
      resource,
    });
  await allow('events:InvokeApiDestination', target.Arn);
  const destination = destinations.get(target.Arn);
  if (destination === undefined) throw new AwsError('ResourceNotFoundException', `${target.Arn} does not exist.`);
  const values = [...(target.HttpParameters?.PathParameterValues ?? [])];
  const url = destination.endpoint.replaceAll('*', () => {
    const value = values.shift() ?? '';
    return encodeURIComponent(value.startsWith('$') ? String(valueAt(event, value)) : value);
  });
  requests.push({ method: destination.method, url, header: destination.connection.header, body });
}
