import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { Failure } from '../../core/errors/failure.ts';
import { parseWithSchema } from '../../core/parsing/validation.ts';

/** The largest body, in bytes. The schemas allow less than half of it. */
const maxBodyBytes = 8192;

/** A body that is larger than the server reads. */
export class BodyTooLarge extends Error {}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Without this option, Node would destroy the request, so that no answer could be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new BodyTooLarge(`A body can have at most ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads the JSON of a request. Throws a ConfigurationError if it is not what the schema describes. */
export async function readBody<Body>(request: IncomingMessage, schema: z.ZodType<Body>): Promise<Body> {
  const text = await readText(request);
  try {
    return parseWithSchema(schema, JSON.parse(text), { what: 'The body' });
  } catch (error) {
    throw error instanceof SyntaxError ? new Failure('ConfigurationError', 'The body is not JSON.') : error;
  }
}
