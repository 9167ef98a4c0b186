import type { AwsService } from './cloud.ts';
import type { AwsRequest } from './http.ts';
import type { ProtocolCodec } from './protocol-codec.ts';
import { createCborCodec } from './wire-cbor.ts';
import { createJsonCodec } from './wire-json.ts';
import { createQueryCodec } from './wire-query.ts';
import { createRestCodec } from './wire-rest.ts';

/**
 * Selects the protocol of one request: by its headers, or else by its service (a client can use any protocol that the service
 * supports).
 */
export function createCodec(service: AwsService | undefined, http: AwsRequest): ProtocolCodec {
  if (http.headers['smithy-protocol'] === 'rpc-v2-cbor') return createCborCodec(http);
  if (http.headers['x-amz-target'] !== undefined) return createJsonCodec(http);
  const form = http.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  if (form && !service?.route) return createQueryCodec(service?.namespace ?? '', http);
  return createRestCodec(service, http);
}
