import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { functionArn, getFunctions, type InstalledFunction } from './lambda/functions.ts';
import { invokeAsynchronously } from './lambda/invoke-asynchronously.ts';
import { asynchronousPayloadLimit, synchronousPayloadLimit } from './lambda/outcome.ts';
import { type InvokeResponse, renderLambdaResponse, routeLambdaRequest } from './lambda/rest-api.ts';
import { runInvocation } from './lambda/run-invocation.ts';

const invokeSchema = z.strictObject({
  FunctionName: z.string(),
  InvocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse'),
  LogType: z.enum(['None', 'Tail']).default('None'),
  Qualifier: z.literal('$LATEST').optional(),
  Payload: z.union([z.instanceof(Uint8Array), z.string()]).default(''),
});

const getFunctionSchema = z.strictObject({ FunctionName: z.string(), Qualifier: z.literal('$LATEST').optional() });

/** Resolves a function's name, `ACCOUNT:function:NAME` or full ARN to its ARN (botocore lambda NamespacedFunctionName). */
function resolveFunctionArn(named: string, { caller, region }: Call): string {
  const [account = caller.account, name = named] = /(?:^|:)(\d{12}):function:([^:]+)/.exec(named)?.slice(1) ?? [];
  const inArn = /^arn:aws:lambda:([^:]+):/.exec(named)?.[1];
  return functionArn(account, inArn ?? region, name);
}

/** Authorizes the call and returns the function that it names. */
async function getAuthorizedFunction(call: Call, named: string, action: string): Promise<InstalledFunction> {
  const arn = resolveFunctionArn(named, call);
  const fn = getFunctions(call.cloud).byArn.get(arn);
  await call.allow(action, arn, fn?.policy === undefined ? {} : { policy: fn.policy });
  if (fn === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return fn;
}

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

async function invoke(input: z.infer<typeof invokeSchema>, call: Call): Promise<InvokeResponse> {
  const fn = await getAuthorizedFunction(call, input.FunctionName, 'lambda:InvokeFunction');
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
    ExecutedVersion: '$LATEST',
    Payload: Buffer.from(outcome.payload),
  };
}

/** Returns the environment variables as they were set, without the ones that Lambda adds. */
const functionConfiguration = (fn: InstalledFunction) => {
  const code = readFileSync(fn.file);
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: 'nodejs24.x',
    Role: fn.roleArn,
    Handler: fn.handler,
    CodeSize: code.length,
    CodeSha256: createHash('sha256').update(code).digest('base64'),
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    Version: '$LATEST',
    PackageType: 'Zip',
    Environment: { Variables: fn.environment },
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
};

/** Lambda: installed functions run their real bundles, each in its own execution environments. */
export const lambda = (_cloud: Cloud): AwsService => ({
  name: 'lambda',
  protocol: 'rest-json',
  route: (http) => {
    const asked = routeLambdaRequest(http);
    if (asked === undefined)
      throw new AwsError('NotCovered', `The embedded AWS does not cover lambda ${http.method} ${http.path}.`, 501);
    return asked;
  },
  render: renderLambdaResponse,
  operations: {
    Invoke: defineOperation(invokeSchema, invoke),
    GetFunction: defineOperation(getFunctionSchema, async (input, call) => ({
      Configuration: functionConfiguration(await getAuthorizedFunction(call, input.FunctionName, 'lambda:GetFunction')),
    })),
    GetFunctionConfiguration: defineOperation(getFunctionSchema, async (input, call) =>
      functionConfiguration(await getAuthorizedFunction(call, input.FunctionName, 'lambda:GetFunctionConfiguration')),
    ),
    ListFunctions: defineOperation(z.strictObject({}), async (_, call) => {
      await call.allow('lambda:ListFunctions', '*');
      const own = [...getFunctions(call.cloud).byArn.values()].filter(
        ({ account, region }) => account === call.caller.account && region === call.region,
      );
      return { Functions: own.map(functionConfiguration) };
    }),
  },
});
