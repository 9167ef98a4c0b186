/** The credentials that the SDK gives to its signer. */
interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A value, or a function that provides it, as the SDK's clients are configured. */
type Provided<Value> = Value | (() => Promise<Value>);

interface SignerOptions {
  credentials: Provided<Credentials>;
  region: Provided<string>;
  service: string;
}

interface SignableRequest {
  headers: Record<string, string>;
}

const secrets = new WeakMap<object, string>();

/** Returns the secret that a request was signed with by the signer below; undefined if it was not. */
export const readSigningSecret = (request: object): string | undefined => secrets.get(request);

/** The form of a signature. Parts of the emulator parse the header before they know whether this module compares the secret. */
const signature = '0'.repeat(64);

/**
 * Replaces `SignatureV4` of the module `@smithy/signature-v4`. A signature proves to the receiver that the sender has the secret. Within one
 * process the transport compares the secret itself: the hashes on both sides took a tenth of the time of a simulated release. Functions in
 * threads and all other clients sign and are verified as in AWS (local/signature.ts).
 */
export class SecretSigner {
  readonly #options: SignerOptions;

  constructor(options: SignerOptions) {
    this.#options = options;
  }

  async sign<Request extends SignableRequest>(
    request: Request,
    { signingRegion, signingService = this.#options.service }: { signingRegion?: string; signingService?: string } = {},
  ): Promise<Request> {
    const { credentials, region } = this.#options;
    const keys = typeof credentials === 'function' ? await credentials() : credentials;
    const ownRegion = signingRegion ?? (typeof region === 'function' ? await region() : region);
    const signed: Request = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
    signed.headers = {
      ...request.headers,
      ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/0/${ownRegion}/${signingService}/aws4_request, SignedHeaders=host, Signature=${signature}`,
    };
    secrets.set(signed, keys.secretAccessKey);
    return signed;
  }
}
