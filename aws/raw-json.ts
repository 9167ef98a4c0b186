/*
 * The SDK drops every field that it does not know, when it reads and when it writes (client-ecs 3.1164, measured). These two functions let a call use
 * the SDK's signing and retries, while Gantry parses and writes the JSON itself.
 */

type Middleware = (next: (args: never) => Promise<unknown>) => (args: never) => Promise<unknown>;

/** The part of a command that these functions use. */
interface Command {
  middlewareStack: { add(middleware: never, options: never): void };
}

const addMiddleware = (command: Command, middleware: Middleware, options: Record<string, string>): void =>
  command.middlewareStack.add(middleware as never, options as never);

const readBody = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Makes a command keep the text of its answer. Returns a function that returns this text after the command was sent. */
export function captureAnswerText(command: Command): () => string {
  let text = '';
  addMiddleware(
    command,
    (next) => async (args) => {
      const answer = (await next(args)) as { response: { body: AsyncIterable<Uint8Array> | Uint8Array } };
      const body = await readBody(answer.response.body as AsyncIterable<Uint8Array>);
      text = body.toString();
      answer.response.body = body;
      return answer;
    },
    // Low priority: runs closest to the HTTP request, before the SDK reads the body.
    { step: 'deserialize', name: 'keepAnswer', priority: 'low' },
  );
  return () => text;
}

/** Makes a command send this text instead of its own body. */
export function overrideRequestBody(command: Command, body: string): void {
  addMiddleware(
    command,
    (next) => (args) => {
      (args as { request: { body: string } }).request.body = body;
      return next(args);
    },
    // High priority: runs before the SDK computes the body's length and signs the request.
    { step: 'build', name: 'sendGiven', priority: 'high' },
  );
}
