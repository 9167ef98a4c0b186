import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLambdaHandler } from '../../aws/lambda.ts';
import { Failure } from '../../core/errors/failure.ts';

process.env.POWERTOOLS_LOGGER_LOG_EVENT = 'true';

const streams = [process.stdout, process.stderr];
const writes = streams.map(({ write }) => write);
const written: string[] = [];
beforeEach(() => {
  written.length = 0;
  for (const stream of streams)
    stream.write = ((chunk: string) => {
      written.push(String(chunk));
      return true;
    }) as typeof stream.write;
});
afterEach(() => {
  for (const [index, stream] of streams.entries()) Object.assign(stream, { write: writes[index] });
});

const lines = () =>
  written
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1';
const invocation = { functionName: 'read-images', awsRequestId: 'request-1' };
const event = {
  execution,
  input: { job: { id: 'job-1', configuration: { ClusterName: 'shop', ServiceName: 'web', Token: 'HIDDEN' } } },
};
const parse = z.looseObject({ execution: z.string('must be an ARN') }).parse;
const run = (outcome: () => unknown) => createLambdaHandler(parse, async () => outcome());
const failureOf = (going: Promise<unknown>) =>
  going.then(
    () => undefined,
    (error: Error) => error,
  );

describe('a Lambda handler', () => {
  it('logs one line at the start and at the end, each with execution, service and job', async () => {
    expect(await run(() => 7)(event, invocation)).toBe(7);
    const keys = { execution, service: 'shop/web', job: 'job-1', function: 'read-images', request: 'request-1' };
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'read-images begins', ...keys }),
      expect.objectContaining({ level: 'INFO', message: 'read-images is done', ...keys }),
    ]);
  });

  it('adds the keys to the lines that the function logs, and not to those of the next invocation', async () => {
    const handler = createLambdaHandler(parse, async (_input, { logger }) => logger.info('in between'));
    await handler(event, invocation);
    await handler({ execution: 'another' }, {});
    expect(lines()[1]).toMatchObject({ message: 'in between', execution, service: 'shop/web', job: 'job-1' });
    expect(lines()[4]).toMatchObject({ message: 'in between', execution: 'another', service: 'gantry' });
    expect(lines()[4]).not.toHaveProperty('job');
  });

  it('never logs the event, even if Powertools is configured to', async () => {
    await run(() => 7)(event, invocation);
    await failureOf(
      run(() => 7)(
        { 'CodePipeline.job': { data: { artifactCredentials: { secretAccessKey: 'HIDDEN' } } } },
        invocation,
      ),
    );
    expect(written.join('')).not.toContain('HIDDEN');
  });

  it('passes the time as an argument', async () => {
    const before = Date.now();
    const at = await createLambdaHandler(parse, async (_input, { now }) => now.getTime())(event, invocation);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('turns an event that cannot be parsed into a ConfigurationError', async () => {
    expect(await failureOf(run(() => 7)({}, invocation))).toMatchObject({
      name: 'ConfigurationError',
      message: 'The event is not valid. execution: must be an ARN; found nothing.',
    });
  });

  it.each([
    [
      'an AWS denial',
      Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: {} }),
      'PermissionError',
      'AccessDeniedException',
    ],
    [
      'a Failure of Gantry',
      new Failure('JobFailed', 'the tasks died', { cause: new TypeError('x') }),
      'JobFailed',
      'TypeError',
    ],
    ['a bug', new RangeError('bug'), 'RangeError', undefined],
  ])(
    'throws %s under the name that Step Functions matches, and logs name, message and cause',
    async (_what, thrown, name, cause) => {
      const failure = await failureOf(
        run(() => {
          throw thrown;
        })(event, invocation),
      );
      expect(failure?.name).toBe(name);
      expect(lines().at(-1)).toMatchObject({
        level: 'ERROR',
        message: 'read-images failed',
        failure: { name, message: failure?.message },
      });
      expect(lines().at(-1).failure.cause).toBe(cause);
    },
  );
});
