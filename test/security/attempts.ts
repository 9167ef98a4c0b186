/* What every attempt to get in is played with: the doors as they are deployed, an AWS that nobody answers for, and the log. */

Object.assign(process.env, {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  POWERTOOLS_LOG_LEVEL: 'INFO',
});

export const refusalTypes = ['ConfigurationError', 'PermissionError', 'RevisionOutOfSync', 'RevisionUnavailable'];

export const roleArn = 'arn:aws:iam::222222222222:role/test-deployment';
/** What the action says of gantry.config.ts's target `test/web`. */
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
  /** The lines of the log, parsed: a line that is no JSON fails here. */
  lines: { level: string; message: string }[];
  text: string;
}

/** Plays an event at a door. A call to AWS would end as SystemUnavailable, so any other error proves that none was made. */
export async function runRefused(handler: unknown, event: unknown): Promise<RefusedInvocation> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map(({ write }) => write);
  for (const stream of streams)
    stream.write = ((chunk: string) => written.push(String(chunk)) > 0) as typeof stream.write;
  const error = await (handler as Handler)(event as never, { functionName: 'the door' }).then(
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
