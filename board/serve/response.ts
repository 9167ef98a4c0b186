import type { ServerResponse } from 'node:http';

/** What the server answers. */
export interface BoardResponse {
  status: number;
  type: string;
  body: string;
}

/** Allows no inline script or style and no content from elsewhere. No page is allowed to frame this page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export const respondText = (type: string, body: string): BoardResponse => ({ status: 200, type, body });

export const respondJson = (body: object, status = 200): BoardResponse => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});

/** Sends an answer. No part of it may be cached. */
export function sendResponse(response: ServerResponse, { status, type, body }: BoardResponse): void {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
