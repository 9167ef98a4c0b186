import type { Clock } from './clock.ts';
import type { Iam } from './iam.ts';
import type { InvocationOutcome } from './lambda/outcome.ts';
import type { AuthorizationDetails, AwsService, Caller } from './service.ts';

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
  asked: { caller: Caller; region: string; circumstances: AuthorizationDetails };
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

/** Questions about AWS that its documentation does not answer. Without an answer here, the first one holds. */
export interface OpenAnswers {
  /** How the ARN of an action type is spelled in a decision of IAM. */
  actionTypeArn?: 'actiontype' | 'actionType';
  /** Whether each poll that offers a job gives it a new nonce. */
  pollNonce?: 'kept' | 'renewed';
}

/** What all embedded services share. A service reaches another only through `invoke`, as a caller whose rights are checked. */
export interface Cloud {
  clock: Clock;
  iam: Iam;
  /** Base URL of the HTTP endpoint, known once it listens. */
  url: string;
  services: Map<string, AwsService>;
  calls: AuthorizationRecord[];
  /** A new hexadecimal identity of so many digits, from the cloud's seed. */
  hex(digits: number): string;
  uuid(): string;
  /** A number from 0 up to 1, from the cloud's seed. */
  chance(): number;
  /** Puts an AWS service's event on the default bus of the account it names. */
  publish(said: NewEvent): void;
  /** Every published event, in order; also how the event bus service listens. */
  listeners: ((event: EventBridgeEvent) => void)[];
  /** Does an operation of a service in-process, as `caller`, with the same checks as over the wire. */
  invoke(service: string, operation: string, input: unknown, as: CallerContext): Promise<unknown>;
  /** Everybody may do everything, unrecorded: for runs by the thousand, whose permissions other tests prove. */
  unguarded?: boolean;
  answers?: OpenAnswers;
  /** How this cloud misbehaves (local/faults.ts); none: it does not. */
  faults?: FaultHooks;
}
