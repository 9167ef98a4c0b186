import type { AwsError } from './aws-error.ts';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';
import { createCborCodec } from './wire-cbor.ts';
import { createJsonCodec } from './wire-json.ts';
import { createQueryCodec } from './wire-query.ts';
import { createRestCodec } from './wire-rest.ts';

/** What a request asks for, however it was written. */
export interface ParsedRequest {
  operation: string;
  input: unknown;
}

/** One request as its service's protocol reads and answers it. */
export interface ProtocolCodec {
  /** Throws NotCovered when a rest service has no such path. */
  read(): ParsedRequest;
  render(operation: string, result: unknown, requestId: string): AwsResponse;
  refuse(error: AwsError, requestId: string): AwsResponse;
}

/** The protocol of one request: its headers say it, else its service does (a client may speak any that its service speaks). */
export function createCodec(service: AwsService | undefined, http: AwsRequest): ProtocolCodec {
  if (http.headers['smithy-protocol'] === 'rpc-v2-cbor') return createCborCodec(http);
  if (http.headers['x-amz-target'] !== undefined) return createJsonCodec(http);
  const form = http.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (form && !service?.route) return createQueryCodec(service?.namespace ?? '', http);
  return createRestCodec(service, http);
}
