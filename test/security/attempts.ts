/* The set-up of all attack tests: the handlers as they are deployed, an AWS endpoint that does not answer, and the log. */

Object.assign(process.env, {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  POWERTOOLS_LOG_LEVEL: 'INFO',
});

export const refusalTypes = ['ConfigurationError', 'PermissionError', 'RevisionOutOfSync', 'RevisionUnavailable'];

export const roleArn = 'arn:aws:iam::222222222222:role/test-deployment';
/** The action's properties for the target `test/web` of gantry.config.ts. */
export const actionProperties = { ClusterName: 'web-shop', ServiceName: 'web', RoleArn: roleArn, Region: 'eu-west-1' };
export const targetFields = { roleArn, region: 'eu-west-1', cluster: 'web-shop', service: 'web' };
export const jobInput = (
  configuration: Record<string, unknown>,
  artifact: object = { bucket: 'artifacts', key: 'built' },
) => ({
  job: { id: 'job-1', nonce: '1', configuration, artifact: { name: 'Built', ...artifact } },
});

type Handler = (event: never, invocation: { functionName: string }) => Promise<unknown>;

export interface RefusedInvocation {
  name: string;
  message: string;
  /** The parsed lines of the log. Parsing fails if a line is not JSON. */
  lines: { level: string; message: string }[];
  text: string;
}

/**
 * Calls a handler with an event and returns its error. A call to AWS would throw SystemUnavailable, so any other error proves that the handler made no call.
 */
export async function runRefused(handler: unknown, event: unknown): Promise<RefusedInvocation> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map(({ write }) => write);
  for (const stream of streams)
    stream.write = ((chunk: string) => written.push(String(chunk)) > 0) as typeof stream.write;
  const error = await (handler as Handler)(event as never, { functionName: 'the function' }).then(
    (answer) => new Error(`it was let in: ${JSON.stringify(answer)}`),
    (thrown: Error) => thrown,
  );
  for (const [index, stream] of streams.entries()) Object.assign(stream, { write: writes[index] });
  const text = written.join('');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { name: error.name, message: error.message, lines, text };
}
