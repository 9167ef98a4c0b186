import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { formatXmlTimes } from './assumptions/time-format.ts';
import { decodeChunkedBody } from './aws-chunked.ts';
import { AwsError } from './aws-error.ts';
import type { AwsService, Cloud } from './cloud.ts';
import { toAwsError } from './error-mapping.ts';
import { ConnectionDropped } from './faults/connection-dropped.ts';
import type { AwsRequest, AwsResponse } from './http.ts';
import { identifySigner } from './identify-caller.ts';
import { parseSignature } from './signature.ts';
import { createCodec } from './wire.ts';

const getService = (cloud: Cloud, name: string): AwsService => {
  const service = cloud.services.get(name);
  if (service === undefined)
    throw new AwsError('NotCovered', `The embedded AWS does not cover the service ${name}.`, 501);
  return service;
};

/**
 * Handles one request in AWS's order: finds out whether it is signed, for which service and by whom, and performs the operation. Rejects if a fault drops the
 * connection.
 */
export async function handleRequest(cloud: Cloud, sent: AwsRequest, whose = identifySigner): Promise<AwsResponse> {
  let service: AwsService | undefined;
  try {
    const signed = parseSignature(sent);
    service = getService(cloud, signed.service);
    const caller = await whose({ cloud, service, signed }, sent);
    const wire = createCodec(service, decodeChunkedBody(sent));
    const { operation, input } = wire.read();
    const as = { caller, region: signed.region, trace: sent.headers['x-amzn-trace-id'] };
    const result = await cloud.invoke(service.name, operation, input, as);
    return withXmlTimes(cloud, service, wire.renderResult(operation, result, cloud.uuid()));
  } catch (error) {
    if (error instanceof ConnectionDropped) throw error;
    return createCodec(service, sent).renderError(toAwsError(error), cloud.uuid());
  }
}

const withXmlTimes = (cloud: Cloud, { protocol }: AwsService, response: AwsResponse): AwsResponse =>
  (protocol === 'query' || protocol === 'rest-xml') && typeof response.body === 'string'
    ? { ...response, body: formatXmlTimes(cloud, response.body) }
    : response;

const readRequest = async (request: IncomingMessage): Promise<AwsRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const target = request.url ?? '/';
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: request.method ?? 'GET',
    path: target.split('?')[0] ?? '/',
    query: new URL(target, 'http://local').searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
};

const writeResponse = (response: ServerResponse, { status, headers, body }: AwsResponse): void => {
  // The response to HEAD states the length of a body that is not sent, so its service sets the length.
  const length = { 'content-length': Buffer.byteLength(body) };
  // With a date that differs from the cloud's clock, an SDK would assume clock skew, correct it and send the request again.
  response.sendDate = false;
  response.writeHead(status, { ...length, ...headers }).end(body);
};

/** Serves a cloud on 127.0.0.1; port 0 uses a free port. Sets `cloud.url` and resolves once the server listens. */
export async function serve(cloud: Cloud, port = 0): Promise<Server> {
  // Idle connections stay open (default: closed after 5 s). A request that is sent at the moment of closing would fail, which happens on a busy machine.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const answered = cloud.clock.freezeDuring(readRequest(request).then((http) => handleRequest(cloud, http)));
    // Fails only if a client closes the connection in the middle of its request, or a fault drops the connection.
    answered.then((given) => writeResponse(response, given)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  cloud.url = `http://127.0.0.1:${address.port}`;
  return server;
}
