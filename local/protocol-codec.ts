import type { AwsError } from './aws-error.ts';
import type { AwsResponse } from './http.ts';

/** What a request asks for, however it was written. */
export interface ParsedRequest {
  operation: string;
  input: unknown;
}

/** One request as its service's protocol reads and answers it. */
export interface ProtocolCodec {
  /** Throws NotCovered when a rest service has no such path. */
  read(): ParsedRequest;
  renderResult(operation: string, result: unknown, requestId: string): AwsResponse;
  renderError(error: AwsError, requestId: string): AwsResponse;
}
