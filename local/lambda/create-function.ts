import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { functionView } from './function-view.ts';
import { functionArn, getFunctions, installFunction } from './functions.ts';
import { unpackCode } from './update-function.ts';

export const createFunctionSchema = z.strictObject({
  FunctionName: z.string().regex(/^[\w-]{1,64}$/),
  Runtime: z.enum(['nodejs22.x', 'nodejs24.x']),
  Role: z.string(),
  Handler: z.string(),
  /** Base64 in the request's JSON (botocore lambda FunctionCode). */
  Code: z.strictObject({ ZipFile: z.string() }),
  Timeout: z.int().min(1).max(900).default(3),
  MemorySize: z.int().min(128).max(10_240).default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
});

/** Creates a function of Node.js code in a zip. The file can be any that the archive has; it is run by this Node. */
export async function createFunction(input: z.infer<typeof createFunctionSchema>, call: Call) {
  const { cloud, region, caller } = call;
  const { FunctionName: name, Role, Handler, Code, Timeout, MemorySize, Environment } = input;
  const arn = functionArn({ account: caller.account, region, name });
  await call.allow('lambda:CreateFunction', arn);
  await call.allow('iam:PassRole', Role, { context: { 'iam:PassedToService': 'lambda.amazonaws.com' } });
  if (getFunctions(cloud).byArn.has(arn))
    throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
  installFunction(cloud, {
    name,
    account: caller.account,
    region,
    file: await unpackCode({ cloud, handler: Handler }, Buffer.from(Code.ZipFile, 'base64')),
    handler: Handler,
    environment: Environment?.Variables ?? {},
    roleArn: Role,
    timeoutSeconds: Timeout,
    memoryMb: MemorySize,
  });
  const made = getFunctions(cloud).byArn.get(arn);
  return made === undefined ? {} : functionView(made);
}
