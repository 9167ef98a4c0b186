import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';

/** dynalite's answer: its HTTP status, and its body as text. */
export interface DynaliteAnswer {
  status: number;
  text: string;
}

/** dynalite checks only the format of a signature, not the signer. The emulator has already authorized the call. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=s',
};

/** The part of `ServerResponse` that dynalite uses. */
const responseTo = (answered: (answer: DynaliteAnswer) => void) => ({
  statusCode: 200,
  setHeader(): void {},
  end(text = ''): void {
    answered({ status: this.statusCode, text });
  },
});

/**
 * Calls one operation of a dynalite in this process without a socket: its request listener gets the request as events. A
 * connection, with `fetch` on one side and an HTTP parser on the other, took more time than dynalite itself, and the connection
 * for each account's tables was never closed.
 */
export function callDynalite(server: Server, operation: string, input: object): Promise<DynaliteAnswer> {
  return new Promise((resolve) => {
    const target = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: { ...headers, ...target },
    });
    server.emit('request', request, responseTo(resolve));
    request.emit('data', Buffer.from(JSON.stringify(input)));
    request.emit('end');
  });
}
