import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';
import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import { ConnectionDropped } from '../faults/connection-dropped.ts';
import type { AwsRequest } from '../http.ts';
import { identifySigner } from '../identify-caller.ts';
import { handleRequest } from '../server.ts';
import { readSigningSecret } from './signer.ts';

/** A request as the SDK passes it to its HTTP handler. */
interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const toAwsRequest = ({ method, path, query = {}, headers, body = '' }: SdkRequest, trace: string): AwsRequest => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((each): [string, string] => [name, each]),
  );
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    path,
    query: new URLSearchParams(pairs),
    headers: { ...Object.fromEntries(lower), 'x-amzn-trace-id': trace },
    body: Buffer.from(body),
  };
};

const connectionReset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** The origin of the current request: the cloud, the invocation's trace, and the function whose role signs. */
export interface RequestOrigin {
  cloud: Cloud;
  trace: string;
  caller: Caller;
  timedOut: boolean;
}

/** The access key that all functions in this process sign with; the current invocation identifies the caller. */
export const functionAccessKey = 'ASIAINPROCESS';

const identifyAs =
  (caller: Caller, secret: string | undefined): typeof identifySigner =>
  (asked, http) =>
    asked.signed.accessKeyId === functionAccessKey
      ? Promise.resolve(caller)
      : identifySigner(asked, http, ({ secretAccessKey }) => secretAccessKey === secret);

/** Replaces the module `@smithy/node-http-handler`: a cloud answers without a socket. */
export function createTransport(origin: () => RequestOrigin) {
  class Handler {
    readonly metadata = { handlerProtocol: 'http/1.1' };
    static create(): Handler {
      return new Handler();
    }
    async handle(request: SdkRequest) {
      const { cloud, trace, caller, timedOut } = origin();
      if (timedOut) throw connectionReset();
      const answering = handleRequest(
        cloud,
        toAwsRequest(request, trace),
        identifyAs(caller, readSigningSecret(request)),
      );
      const { status, headers, body } = await cloud.clock.freezeDuring(answering).catch((error: unknown) => {
        throw error instanceof ConnectionDropped ? connectionReset() : error;
      });
      const response = new HttpResponse({ statusCode: status, headers, body: Readable.from([Buffer.from(body)]) });
      return { response };
    }
    updateHttpClientConfig(): void {}
    httpHandlerConfigs(): object {
      return {};
    }
    destroy(): void {}
  }
  const streamCollector = async (stream: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> => {
    if (stream instanceof Uint8Array) return stream;
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return { NodeHttpHandler: Handler, streamCollector };
}
