import { cbor, dateToTag } from '@smithy/core/cbor';
import type { AwsRequest } from './http.ts';
import { mapLeaves } from './map-leaves.ts';
import type { ProtocolCodec } from './protocol-codec.ts';

const isCborTag = (value: unknown): value is { tag: number; value: unknown } =>
  typeof value === 'object' && value !== null && 'tag' in value && 'value' in value && Object.keys(value).length === 2;

/** A date is a tagged number of epoch seconds; services get that number, as they do from JSON. */
const decodeCbor = (body: Buffer): unknown =>
  body.length === 0 ? {} : mapLeaves(cbor.deserialize(body), (leaf) => (isCborTag(leaf) ? leaf.value : leaf));

const encodeCbor = (value: unknown): Buffer =>
  Buffer.from(cbor.serialize(mapLeaves(value ?? {}, (leaf) => (leaf instanceof Date ? dateToTag(leaf) : leaf))));

/** Smithy RPC v2 CBOR, which newer clients use with CloudWatch (smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). */
export function createCborCodec(http: AwsRequest): ProtocolCodec {
  const headers = (requestId: string) => ({
    'smithy-protocol': 'rpc-v2-cbor',
    'content-type': 'application/cbor',
    'x-amzn-requestid': requestId,
  });
  return {
    read: () => ({ operation: http.path.split('/').at(-1) ?? '', input: decodeCbor(http.body) }),
    renderResult: (_, result, requestId) => ({ status: 200, headers: headers(requestId), body: encodeCbor(result) }),
    renderError: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: encodeCbor({ __type: error.name, message: error.message, ...error.fields }),
    }),
  };
}
