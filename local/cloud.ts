import type { z } from 'zod';
import type { Caller, RequestCircumstances } from '../policy-evaluator/caller.ts';
import type { Answers } from './assumptions/list.ts';
import type { Clock } from './clock.ts';
import type { AwsRequest, AwsResponse } from './http.ts';
import type { Iam } from './iam.ts';
import type { InvocationOutcome } from './lambda/outcome.ts';

/** An event of EventBridge, in the envelope that every target sees. */
export interface EventBridgeEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** What a service says to the bus of its account; the cloud fills in the rest of the envelope. */
export type NewEvent = Pick<EventBridgeEvent, 'detail-type' | 'source' | 'account' | 'region' | 'resources' | 'detail'>;

/** One decision of access control: who asked for what on what, and which statement allowed it, or in AWS's words why not. */
export interface AuthorizationRecord {
  at: number;
  service: string;
  operation: string;
  account: string;
  principal: string;
  action: string;
  resource: string;
  allowedBy: string[];
  denied?: string;
  /** What else decided, so that the same can be asked again under other policies. */
  request: { caller: Caller; region: string; circumstances: AuthorizationDetails };
}

/** As whom an operation is done. `trace`: of a call over the wire, the X-Ray trace header, which tells the function's invocation. */
export interface CallerContext {
  caller: Caller;
  region: string;
  trace?: string | undefined;
}

/** An operation that is to be done. */
export interface OperationRequest {
  service: string;
  operation: string;
  input: unknown;
  as: CallerContext;
}

/** A function's invocation: the function's name, and the event as JSON. */
export interface FunctionInvocation {
  name: string;
  requestId: string;
  payload: string;
}

/** The three places where a cloud can be told to misbehave. Each gets what should happen, and lets it happen once, twice, later or never. */
export interface FaultHooks {
  call(asked: OperationRequest, go: () => Promise<unknown>): Promise<unknown>;
  event(event: EventBridgeEvent, go: () => void): void;
  run(ran: FunctionInvocation, go: () => Promise<InvocationOutcome>): Promise<InvocationOutcome>;
}

/** What all embedded services share. A service reaches another only through `invoke`, as a caller whose rights are checked. */
export interface Cloud {
  clock: Clock;
  iam: Iam;
  /** Base URL of the HTTP endpoint, known once it listens. */
  url: string;
  services: Map<string, AwsService>;
  /** How AWS behaves where no document says it (local/assumptions/). */
  answers: Answers;
  authorizations: AuthorizationRecord[];
  /** A new hexadecimal identity of so many digits, from the cloud's seed. */
  hex(digits: number): string;
  uuid(): string;
  /** A number from 0 up to 1, from the cloud's seed. */
  random(): number;
  /** Puts an AWS service's event on the default bus of the account it names. */
  publish(said: NewEvent): void;
  /** Every published event, in order; also how the event bus service listens. */
  eventListeners: ((event: EventBridgeEvent) => void)[];
  /** Does an operation of a service in-process, as `caller`, with the same checks as over the wire. */
  invoke(service: string, operation: string, input: unknown, as: CallerContext): Promise<unknown>;
  /** Everybody may do everything, unrecorded: for runs by the thousand, whose permissions other tests prove. */
  skipAuthorization?: boolean;
  /** How this cloud misbehaves (local/faults.ts); none: it does not. */
  faultHooks?: FaultHooks;
}

/** What decides besides the action and the resource, and how a service words its denial. */
export interface AuthorizationDetails extends RequestCircumstances {
  /** The text that this service answers a refusal with, where it is not the common one. */
  toDenial?: (reason: string) => Error;
}

export interface Call {
  cloud: Cloud;
  caller: Caller;
  region: string;
  operation: string;
  /** Answers if the caller may do `action` on `resource`; throws AccessDenied in AWS's words if not. Recorded either way. */
  allow(action: string, resource: string, circumstances?: AuthorizationDetails): Promise<void>;
}

/** One API operation: the parameters it covers (a strict zod object: anything else is refused by name) and what it does. */
export interface Operation {
  input: z.ZodType;
  run(input: unknown, call: Call): Promise<unknown>;
}

/** A service as the wire sees it. `name` is its signing name; `json` services answer to `X-Amz-Target: <prefix>.<Operation>`. */
export interface AwsService {
  name: string;
  protocol: 'json' | 'query' | 'rest-xml' | 'rest-json';
  /** `1.0` or `1.1` of the AWS JSON protocol; also for a service whose newer clients speak CBOR instead. */
  jsonVersion?: '1.0' | '1.1';
  /** The XML namespace of a query or rest-xml service's answers. */
  namespace?: string;
  operations: Record<string, Operation>;
  /** Makes `METHOD path?query` and the body into an operation and its input; undefined: not covered (rest protocols only). */
  route?(http: AwsRequest): { operation: string; input: unknown } | undefined;
  /** Makes an operation's answer into an HTTP answer (rest protocols only). */
  render?(operation: string, answer: unknown): AwsResponse;
}
