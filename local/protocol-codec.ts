import type { AwsError } from './aws-error.ts';
import type { AwsResponse } from './http.ts';

/** A request's operation and input, independent of the protocol. */
export interface ParsedRequest {
  operation: string;
  input: unknown;
}

/** Reads one request and writes its response in the service's protocol. */
export interface ProtocolCodec {
  /** Throws NotCovered if a rest service does not support the path. */
  read(): ParsedRequest;
  renderResult(operation: string, result: unknown, requestId: string): AwsResponse;
  renderError(error: AwsError, requestId: string): AwsResponse;
}
