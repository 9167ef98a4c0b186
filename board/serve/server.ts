import { createServer, type IncomingMessage, type Server } from 'node:http';
import { withAdvice } from '../../cli/error-advice.ts';
import type { Config } from '../../core/config/check.ts';
import { toFailure } from '../../core/errors/aws-failure.ts';
import { Failure } from '../../core/errors/failure.ts';
import { escapeLines } from '../../core/parsing/escape-texts.ts';
import { StalePreview } from '../act/previews.ts';
import { checkRequest, type ServerIdentity } from './check-request.ts';
import { BodyTooLarge } from './read-body.ts';
import { type BoardResponse, respondJson, sendResponse } from './response.ts';
import { type BoardBackend, routeRequest } from './route.ts';

const statuses: Record<string, number> = {
  ConfigurationError: 422,
  RevisionUnavailable: 422,
  RevisionOutOfSync: 409,
  PermissionError: 403,
  SystemUnavailable: 503,
};

/** The inputs of the server besides the served data. `report`: prints an error that is a bug. */
export interface ServerSettings {
  config: Config;
  token: string;
  adaptMessage(message: string): string;
  report(error: Error): void;
}

/** An error as the page shows it: in the words of the command line. */
async function answerError(error: unknown, { config, adaptMessage, report }: ServerSettings): Promise<BoardResponse> {
  if (error instanceof StalePreview) return respondJson({ error: error.message, preview: error.preview }, 409);
  if (error instanceof BodyTooLarge) return respondJson({ error: error.message }, 413);
  const failure = await withAdvice(toFailure(error, 'the board asked it'), config);
  if (failure instanceof Failure)
    return respondJson({ error: escapeLines(adaptMessage(failure.message)) }, statuses[failure.name] ?? 502);
  if ('$metadata' in failure) return respondJson({ error: escapeLines(`${failure.name}: ${failure.message}`) }, 502);
  report(failure);
  return respondJson({ error: 'A bug in Gantry: the terminal of `gantry board` shows it.' }, 500);
}

async function answer(
  backend: BoardBackend,
  request: IncomingMessage,
  settings: ServerSettings & ServerIdentity,
): Promise<BoardResponse> {
  const refused = checkRequest(request, settings);
  if (refused !== undefined) return respondJson({ error: refused.error }, refused.status);
  return routeRequest(backend, request).catch((error: unknown) => answerError(error, settings));
}

/** The longest time for a request, in ms. It is short, because a page on this computer sends a request at once. */
const requestTimeoutMs = 10_000;

/** A running server. `close` ends it at once, with every open connection. */
export interface RunningBoard {
  port: number;
  /** The address with the token. Only the user is allowed to see this address. */
  url: string;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

/** Serves the board on 127.0.0.1; port 0 takes a free one. Rejects if the port is taken. */
export async function serveBoard(backend: BoardBackend, port: number, settings: ServerSettings): Promise<RunningBoard> {
  const identity = { port, token: settings.token };
  const limits = { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, maxHeaderSize: 16_384 };
  const server = createServer(limits, (request, response) => {
    void answer(backend, request, { ...settings, ...identity }).then((given) => {
      // The rest of a refused body is not read.
      if (!request.complete) response.shouldKeepAlive = false;
      sendResponse(response, given);
    });
  });
  identity.port = await listen(server, port);
  return {
    port: identity.port,
    url: `http://127.0.0.1:${identity.port}/#token=${settings.token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
