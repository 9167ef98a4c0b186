import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './http.ts';
import { mapLeaves } from './map-leaves.ts';
import type { ProtocolCodec } from './protocol-codec.ts';

/**
 * Serializes a response as AWS JSON: dates as epoch seconds with milliseconds, bytes as base64
 * (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 */
export const toAwsJson = (value: unknown): string =>
  JSON.stringify(
    mapLeaves(value ?? {}, (leaf) => {
      if (leaf instanceof Date) return leaf.getTime() / 1000;
      return leaf instanceof Uint8Array ? Buffer.from(leaf).toString('base64') : leaf;
    }),
  );

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('SerializationException', String(error));
  }
};

/** AWS JSON 1.0 and 1.1: `X-Amz-Target: <prefix>.<Operation>`; the response uses the version of the request. */
export function createJsonCodec(http: AwsRequest): ProtocolCodec {
  const headers = (requestId: string) => ({
    'content-type': http.headers['content-type'] ?? 'application/x-amz-json-1.1',
    'x-amzn-requestid': requestId,
  });
  return {
    read: () => ({
      operation: http.headers['x-amz-target']?.split('.').at(-1) ?? '',
      input: parseJson(http.body.toString() || '{}'),
    }),
    renderResult: (_, result, requestId) => ({ status: 200, headers: headers(requestId), body: toAwsJson(result) }),
    renderError: (error, requestId) => ({
      status: error.status,
      headers: headers(requestId),
      body: toAwsJson({ __type: error.name, message: error.message, ...error.fields }),
    }),
  };
}
