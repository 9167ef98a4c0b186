import type { Caller } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';
import type { AwsService, Cloud } from './cloud.ts';
import type { AwsRequest } from './http.ts';
import { isSignatureValid, type ParsedSignature } from './signature.ts';

type CredentialProblem = 'unknown' | 'expired' | 'forged';

/** Messages from botocore's and S3's error lists; the error code of the same problem differs between protocols. */
const messages = {
  unknown: 'The security token included in the request is invalid.',
  expired: 'The security token included in the request is expired',
  forged:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
};

const codes: Record<AwsService['protocol'], Record<CredentialProblem, [code: string, status: number]>> = {
  json: {
    unknown: ['UnrecognizedClientException', 400],
    expired: ['ExpiredTokenException', 400],
    forged: ['InvalidSignatureException', 400],
  },
  'rest-json': {
    unknown: ['UnrecognizedClientException', 403],
    expired: ['ExpiredTokenException', 403],
    forged: ['InvalidSignatureException', 403],
  },
  query: {
    unknown: ['InvalidClientTokenId', 403],
    expired: ['ExpiredToken', 403],
    forged: ['SignatureDoesNotMatch', 403],
  },
  'rest-xml': {
    unknown: ['InvalidAccessKeyId', 403],
    expired: ['ExpiredToken', 400],
    forged: ['SignatureDoesNotMatch', 403],
  },
};

const credentialError = (service: AwsService, refused: CredentialProblem): AwsError => {
  const [code, status] = codes[service.protocol][refused];
  const s3Unknown = 'The AWS Access Key Id you provided does not exist in our records.';
  const text = service.protocol === 'rest-xml' && refused === 'unknown' ? s3Unknown : messages[refused];
  return new AwsError(code, text, status);
};

/**
 * Identifies the signer of this request; throws the service's own error if the keys are unknown or expired, or if the signature
 * does not match. `isSigned` decides whether a request was signed with the issued secret.
 */
export async function identifySigner(
  { cloud, service, signed }: { cloud: Cloud; service: AwsService; signed: ParsedSignature },
  http: AwsRequest,
  isSigned: (...of: Parameters<typeof isSignatureValid>) => boolean | Promise<boolean> = isSignatureValid,
): Promise<Caller> {
  const issued = cloud.iam.findCredentials(signed.accessKeyId, http.headers['x-amz-security-token']);
  if (issued === undefined) throw credentialError(service, 'unknown');
  if (!(await isSigned(issued.credentials, signed, http))) throw credentialError(service, 'forged');
  if ((issued.credentials.expiration ?? Number.POSITIVE_INFINITY) <= cloud.clock.now())
    throw credentialError(service, 'expired');
  return issued.caller;
}
