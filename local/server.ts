import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { AwsError } from './aws-error.ts';
import type { Cloud } from './cloud.ts';
import type { Answer, Caller, Http, Service } from './service.ts';
import { wireOf } from './wire.ts';

/** Signed requests say `Credential=KEY/DATE/REGION/SERVICE/aws4_request` (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/;

interface Signed {
  accessKeyId: string;
  region: string;
  service: string;
}

const signedBy = (http: Http): Signed => {
  const [, accessKeyId = '', region = '', service = ''] = scope.exec(http.headers.authorization ?? '') ?? [];
  if (accessKeyId === '')
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  return { accessKeyId, region, service };
};

const callerBy = (cloud: Cloud, signed: Signed, http: Http): Caller => {
  const caller = cloud.iam.callerOf(signed.accessKeyId, http.headers['x-amz-security-token']);
  if (caller === undefined)
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  return caller;
};

const serviceFor = (cloud: Cloud, name: string): Service => {
  const service = cloud.services.get(name);
  if (service === undefined)
    throw new AwsError('NotCovered', `The embedded AWS does not cover the service ${name}.`, 501);
  return service;
};

/** What AWS would say of an error thrown while an operation ran: its own errors as they are, a refused parameter by name. */
const awsErrorOf = (error: unknown): AwsError => {
  if (error instanceof AwsError) return error;
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return new AwsError('ValidationException', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  console.error(error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
};

/** Answers one request in AWS's order: is it signed, by whom, for which service, then the operation. */
async function answer(cloud: Cloud, http: Http): Promise<Answer> {
  let service: Service | undefined;
  try {
    const signed = signedBy(http);
    service = serviceFor(cloud, signed.service);
    const caller = callerBy(cloud, signed, http);
    const wire = wireOf(service, http);
    const result = await cloud.invoke(service.name, wire.operation, wire.input, { caller, region: signed.region });
    return wire.render(result, cloud.uuid());
  } catch (error) {
    return wireOf(service, http).refuse(awsErrorOf(error), cloud.uuid());
  }
}

const read = async (request: IncomingMessage): Promise<Http> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://local');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
};

const write = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
};

/** Serves a cloud on 127.0.0.1; port 0 takes a free one. Sets `cloud.url` and answers when it listens. */
export async function serve(cloud: Cloud, port = 0): Promise<Server> {
  const server = createServer(async (request, response) => {
    write(response, await cloud.clock.work(read(request).then((http) => answer(cloud, http))));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  cloud.url = `http://127.0.0.1:${address.port}`;
  return server;
}
