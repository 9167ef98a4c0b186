import { createServer, type IncomingHttpHeaders } from 'node:http';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterAll } from 'vitest';

/** A recorded request: the operation (`AmazonEC2ContainerServiceV20141113.ListTasks`), the body and all headers. */
export interface SentRequest {
  target: string;
  body: string;
  headers: IncomingHttpHeaders;
}

/** Starts an HTTP endpoint that answers with `answer` until the file's tests end, and returns a client for it. */
export async function createEcsClient(
  answer: (sent: SentRequest) => { status?: number; body: string },
): Promise<ECSClient> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { headers } = request;
    const sent = { target: String(headers['x-amz-target']), body: Buffer.concat(chunks).toString(), headers };
    const { status = 200, body } = answer(sent);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => void server.close());
  const address = server.address() as { port: number };
  return new ECSClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
}
