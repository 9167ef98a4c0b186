import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { invokeAsynchronously } from './invoke-asynchronously.ts';
import { asynchronousPayloadLimit, synchronousPayloadLimit } from './outcome.ts';
import { getAuthorizedFunction } from './resolve-function.ts';
import type { InvokeResponse } from './rest-api.ts';
import { runInvocation } from './run-invocation.ts';

export const invokeSchema = z.strictObject({
  FunctionName: z.string(),
  InvocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse'),
  LogType: z.enum(['None', 'Tail']).default('None'),
  Qualifier: z.string().optional(),
  Payload: z.union([z.instanceof(Uint8Array), z.string()]).default(''),
});

function checkPayload(payload: string, type: string): void {
  const limit = type === 'Event' ? asynchronousPayloadLimit : synchronousPayloadLimit;
  const bytes = Buffer.byteLength(payload);
  if (bytes > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

/** The last 4 KB of an invocation's log (docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
const encodeLogTail = (log: string): string => Buffer.from(log).subarray(-4096).toString('base64');

/** Runs a function or one of its versions, and returns its result, or accepts an asynchronous invocation. */
export async function invoke(input: z.infer<typeof invokeSchema>, call: Call): Promise<InvokeResponse> {
  const fn = await getAuthorizedFunction(call, input, 'lambda:InvokeFunction');
  const payload = Buffer.from(input.Payload).toString() || '{}';
  checkPayload(payload, input.InvocationType);
  const invocation = { requestId: call.cloud.uuid(), payload };
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
  if (input.InvocationType === 'Event') {
    invokeAsynchronously(fn, invocation);
    return { StatusCode: 202 };
  }
  const outcome = await call.cloud.clock.freezeDuring(runInvocation(fn, invocation));
  return {
    StatusCode: 200,
    ...(outcome.failed ? { FunctionError: 'Unhandled' } : {}),
    ...(input.LogType === 'Tail' ? { LogResult: encodeLogTail(outcome.log) } : {}),
    ExecutedVersion: fn.version,
    Payload: Buffer.from(outcome.payload),
  };
}
