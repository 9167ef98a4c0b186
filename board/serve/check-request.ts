import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not served. The text reveals nothing about data or the token. */
export interface Refusal {
  status: number;
  error: string;
}

/** The parts of a request that decide whether it is served. */
export interface CheckedRequest {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** The server's own port and token. */
export interface ServerIdentity {
  port: number;
  token: string;
}

/** Returns a new token of 256 random bits. */
export const createToken = (): string => randomBytes(32).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares two texts in constant time, even if their lengths differ. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const refuse = (status: number, error: string): Refusal => ({ status, error });

/** A browser leaves out the port 80 (RFC 9110, section 4.2.3). */
const hostsOf = ({ port }: ServerIdentity): string[] => [`127.0.0.1:${port}`, ...(port === 80 ? ['127.0.0.1'] : [])];

/** With DNS rebinding, the browser sends the name of the attacker's host. */
const checkHost = ({ headers }: CheckedRequest, identity: ServerIdentity): Refusal | undefined =>
  hostsOf(identity).includes(headers.host ?? '') ? undefined : refuse(421, 'This host is not served.');

/** A browser sends `Origin` with every request that another site makes, and `Sec-Fetch-Site` with every request. */
function checkOrigin({ headers }: CheckedRequest, identity: ServerIdentity): Refusal | undefined {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign = origin !== undefined && !hostsOf(identity).some((host) => origin === `http://${host}`);
  const isFromElsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
  return isForeign || isFromElsewhere ? refuse(403, 'Another origin is not served.') : undefined;
}

const checkMethod = ({ method }: CheckedRequest): Refusal | undefined =>
  method === 'GET' || method === 'POST' ? undefined : refuse(405, 'Only GET and POST are served.');

/** An address with a query could contain the token, and an address is stored in histories and logs. */
const checkQuery = ({ url = '' }: CheckedRequest): Refusal | undefined =>
  url.includes('?') || url.includes('#') ? refuse(400, 'An address with a query is not served.') : undefined;

const isApi = ({ url = '' }: CheckedRequest): boolean => url.startsWith('/api/');

function checkToken(request: CheckedRequest, { token }: ServerIdentity): Refusal | undefined {
  if (!isApi(request)) return undefined;
  const [, given] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  return given !== undefined && isSame(given, token) ? undefined : refuse(401, 'The token is missing or wrong.');
}

/** Before a form of another site can send JSON, the browser must ask this server, which refuses (Fetch standard, CORS-safelisted request-header). */
const checkContentType = ({ method, headers }: CheckedRequest): Refusal | undefined =>
  method === 'POST' && headers['content-type']?.split(';')[0]?.trim() !== 'application/json'
    ? refuse(415, 'A body must be application/json.')
    : undefined;

const checks = [checkHost, checkOrigin, checkMethod, checkQuery, checkToken, checkContentType];

/** Returns why a request is not served; undefined if it is. */
export function checkRequest(request: CheckedRequest, identity: ServerIdentity): Refusal | undefined {
  for (const check of checks) {
    const refused = check(request, identity);
    if (refused !== undefined) return refused;
  }
  return undefined;
}
