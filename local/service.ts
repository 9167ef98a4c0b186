import type { z } from 'zod';
import type { Cloud } from './cloud.ts';

/** An IAM policy document, as plain data. */
export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

/**
 * Who is calling, as follows from the credentials. `arn` is the user's, the assumed role session's
 * (`arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`) or a service principal (`events.amazonaws.com`).
 */
export interface Caller {
  account: string;
  arn: string;
  roleArn?: string;
  sessionPolicy?: PolicyDocument;
  /** Only of a service principal: false if the service sends no `aws:SourceAccount`. */
  sendsSourceAccount?: boolean;
  /** Context keys that come with the caller to whatever it calls: `kms:ViaService` while a service acts on its behalf, `aws:SourceArn`. */
  context?: Record<string, string | string[]>;
}

/** What an action needs besides its name and resource: context keys, and the resource's own policy and account. */
export interface AuthorizationDetails {
  context?: Record<string, string | string[]>;
  policy?: PolicyDocument;
  /** The account that owns the resource, where its ARN does not say (S3). */
  owner?: string;
  /** The text that this service answers a refusal with, where it is not the common one. */
  refusal?: (reason: string) => Error;
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

/** A request as it came in, its body whole and decoded from any transfer coding. */
export interface AwsRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface AwsResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** Ties an operation's parameters to what it does, so that `run` gets them parsed and typed. */
export const defineOperation = <Input>(
  input: z.ZodType<Input>,
  run: (input: Input, call: Call) => Promise<unknown> | unknown,
): Operation => ({ input, run: async (given, call) => run(input.parse(given), call) });
