import type { AwsRequest } from './http.ts';

/**
 * Decodes a body in S3's chunked encoding, `<size in hex>[;chunk-signature=…]CRLF<bytes>CRLF … 0CRLF<trailers>`; trailers
 * become headers (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html). Chunk signatures are not verified.
 */
export function decodeChunkedBody(http: AwsRequest): AwsRequest {
  if (!http.headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return http;
  const chunks: Buffer[] = [];
  let rest = http.body;
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    rest = rest.subarray(end + 2);
    if (!(size > 0)) break;
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size + 2);
  }
  return { ...http, headers: { ...http.headers, ...parseTrailers(rest.toString()) }, body: Buffer.concat(chunks) };
}

const parseTrailers = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
