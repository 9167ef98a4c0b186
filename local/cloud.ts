import type { z } from 'zod';
import type { Caller, RequestCircumstances } from '../policy-evaluator/caller.ts';
import type { Answers } from './assumptions/list.ts';
import type { Clock } from './clock.ts';
import type { AwsRequest, AwsResponse } from './http.ts';
import type { Iam } from './iam.ts';
import type { InvocationOutcome } from './lambda/outcome.ts';

/** An EventBridge event, in the envelope that every target gets. */
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

/** An event that a service publishes on its account's bus. The cloud adds the other fields of the envelope. */
export type NewEvent = Pick<EventBridgeEvent, 'detail-type' | 'source' | 'account' | 'region' | 'resources' | 'detail'>;

/**
 * One authorization decision: the caller, the action and the resource. If the call was allowed, the statements that allowed it. If it was denied, the reason in
 * AWS's wording.
 */
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
  /** The other inputs of the decision, so that it can be repeated under other policies. */
  request: { caller: Caller; region: string; circumstances: AuthorizationDetails };
}

/** The caller of an operation. `trace`: the X-Ray trace header of a call over the wire, which identifies the function's invocation. */
export interface CallerContext {
  caller: Caller;
  region: string;
  trace?: string | undefined;
}

/** A request for an operation. */
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
  /** Whether no caller waits for the result. */
  asynchronous?: true;
}

/** The three places where faults can be injected into a cloud. Each hook gets a function that performs the effect, and calls it once, twice, later or never. */
export interface FaultHooks {
  call(asked: OperationRequest, proceed: () => Promise<unknown>): Promise<unknown>;
  event(event: EventBridgeEvent, proceed: () => void): void;
  run(ran: FunctionInvocation, proceed: () => Promise<InvocationOutcome>): Promise<InvocationOutcome>;
}

/**
 * The state and the functions that all embedded services share. A service calls another service only through `invoke`, as a caller whose permissions are
 * checked.
 */
export interface Cloud {
  clock: Clock;
  iam: Iam;
  /** Base URL of the HTTP endpoint, set once the server listens. */
  url: string;
  services: Map<string, AwsService>;
  /** The selected answers for behaviours of AWS that no document settles (local/assumptions/). */
  answers: Answers;
  authorizations: AuthorizationRecord[];
  /** Generates a new hexadecimal id with this many digits from the cloud's seed. */
  hex(digits: number): string;
  uuid(): string;
  /** Generates a number from 0 (inclusive) to 1 (exclusive) from the cloud's seed. */
  random(): number;
  /** Publishes an AWS service's event on the default bus of the account that it names. */
  publish(newEvent: NewEvent): void;
  /** Called with every published event, in order; EventBridge also receives events this way. */
  eventListeners: ((event: EventBridgeEvent) => void)[];
  /** Calls an operation of a service in-process, as `caller`, with the same checks as over the wire. */
  invoke(service: string, operation: string, input: unknown, as: CallerContext): Promise<unknown>;
  /** Allows every request and records no decision. This is for thousands of runs whose permissions other tests check. */
  skipAuthorization?: boolean;
  /** The injected faults (local/faults.ts); none by default. */
  faultHooks?: FaultHooks;
}

/** The inputs of a decision besides the action and the resource, and a service's own wording of a denial. */
export interface AuthorizationDetails extends RequestCircumstances {
  /** Creates this service's own error for a denial. Absent if the service uses the common error. */
  toDenial?: (reason: string) => Error;
}

export interface Call {
  cloud: Cloud;
  caller: Caller;
  region: string;
  operation: string;
  /**
   * Resolves if the caller is allowed to do `action` on `resource`; throws AccessDenied in AWS's wording if not. Records the
   * decision either way.
   */
  allow(action: string, resource: string, circumstances?: AuthorizationDetails): Promise<void>;
}

/** One API operation: the parameters that it supports (a strict zod object, which rejects any other by name) and its implementation. */
export interface Operation {
  input: z.ZodType;
  run(input: unknown, call: Call): Promise<unknown>;
}

/** A service and its protocol. `name` is its signing name; `json` services use `X-Amz-Target: <prefix>.<Operation>`. */
export interface AwsService {
  name: string;
  protocol: 'json' | 'query' | 'rest-xml' | 'rest-json';
  /** `1.0` or `1.1` of the AWS JSON protocol; also set for a service whose newer clients use CBOR instead. */
  jsonVersion?: '1.0' | '1.1';
  /** The XML namespace of a query or rest-xml service's responses. */
  namespace?: string;
  operations: Record<string, Operation>;
  /** Maps `METHOD path?query` and the body to an operation and its input; undefined means not supported (rest protocols only). */
  route?(http: AwsRequest): { operation: string; input: unknown } | undefined;
  /** Renders an operation's result as an HTTP response (rest protocols only). */
  render?(operation: string, answer: unknown): AwsResponse;
}
