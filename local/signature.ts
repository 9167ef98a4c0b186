import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpRequest } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './http.ts';
import type { IssuedCredentials } from './iam.ts';

/** The contents of an `Authorization` header, not yet verified. */
export interface ParsedSignature {
  accessKeyId: string;
  region: string;
  service: string;
  headers: string[];
  signature: string;
}

/** The header format of AWS Signature Version 4 (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
const authorizationHeader =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w{64})$/;

/** Parses who signed a request and for which service; throws MissingAuthenticationToken for an unsigned one. */
export function parseSignature(http: AwsRequest): ParsedSignature {
  const [, accessKeyId, region = '', service = '', headers = '', signature = ''] =
    authorizationHeader.exec(http.headers.authorization ?? '') ?? [];
  if (accessKeyId === undefined)
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  return { accessKeyId, region, service, headers: headers.split(';'), signature };
}

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}

const parseSigningDate = (date = ''): Date =>
  new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Signs the request again with the expected secret, over the headers that its signature covers. */
async function computeSignature(
  credentials: IssuedCredentials,
  signed: ParsedSignature,
  http: AwsRequest,
): Promise<string> {
  const { service, region, headers } = signed;
  const { accessKeyId, secretAccessKey } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  });
  const kept = [...headers, 'x-amz-content-sha256'].map((name) => [name, http.headers[name]]);
  const query: Record<string, string[]> = {};
  for (const name of http.query.keys()) query[name] = http.query.getAll(name);
  const request = new HttpRequest({ method: http.method, path: http.path, query, body: http.body });
  request.headers = Object.fromEntries(kept.filter(([, value]) => value !== undefined));
  const unsignableHeaders = new Set(Object.keys(request.headers).filter((name) => !headers.includes(name)));
  const again = await signer.sign(request, {
    signingDate: parseSigningDate(http.headers['x-amz-date']),
    signableHeaders: new Set(headers),
    unsignableHeaders,
  });
  return again.headers.authorization?.split('Signature=')[1] ?? '';
}

/** Whether this secret produces the signature over this body. The signature's date is not compared with simulated time. */
export async function isSignatureValid(
  credentials: IssuedCredentials,
  signed: ParsedSignature,
  http: AwsRequest,
): Promise<boolean> {
  const claimed = http.headers['x-amz-content-sha256'];
  const hash = createHash('sha256').update(http.body).digest('hex');
  if (claimed !== undefined && /^[0-9a-f]{64}$/.test(claimed) && claimed !== hash) return false;
  const signature = await computeSignature(credentials, signed, http);
  return (
    signature.length === signed.signature.length &&
    timingSafeEqual(Buffer.from(signature), Buffer.from(signed.signature))
  );
}
