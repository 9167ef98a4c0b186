import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { unzip } from '../codebuild/zip.ts';
import { createTemporaryFolder } from '../temporary-folder.ts';
import { functionView } from './function-view.ts';
import { getFunctions, type InstalledFunction, installFunction } from './functions.ts';
import { getAuthorizedLatest } from './resolve-function.ts';
import { publishVersion } from './versions.ts';

export const updateCodeSchema = z.strictObject({
  FunctionName: z.string(),
  /** Base64 in the request's JSON (botocore lambda UpdateFunctionCodeRequest). */
  ZipFile: z.string(),
  Publish: z.boolean().default(false),
});

/** Replaces the code of the unpublished version. Published versions keep theirs. */
export async function updateFunctionCode(input: z.infer<typeof updateCodeSchema>, call: Call) {
  const latest = await getAuthorizedLatest(call, input.FunctionName, 'lambda:UpdateFunctionCode');
  const file = await unpackCode(latest, Buffer.from(input.ZipFile, 'base64'));
  const updated = replaceLatest(latest, { file });
  return functionView(input.Publish ? publishVersion(updated) : updated);
}

const unzipError = (): AwsError =>
  new AwsError(
    'InvalidParameterValueException',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );

/** Unpacks the code and returns the path of the handler's file. Throws Lambda's error if the code is not a zip. */
export async function unpackCode(
  { cloud, handler }: Pick<InstalledFunction, 'cloud' | 'handler'>,
  zip: Buffer,
): Promise<string> {
  const folder = createTemporaryFolder('lambda-');
  getFunctions(cloud).folders.push(folder);
  await unzip(zip, folder).catch(() => {
    throw unzipError();
  });
  const [module = ''] = handler.split('.');
  const found = (await readdir(folder)).find((name) => parse(name).name === module && /\.[mc]?js$/.test(name));
  return join(folder, found ?? `${module}.mjs`);
}

export const updateConfigurationSchema = z.strictObject({
  FunctionName: z.string(),
  Role: z.string().optional(),
  Handler: z.string().optional(),
  Timeout: z.int().min(1).max(900).optional(),
  MemorySize: z.int().min(128).max(10_240).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
});

/** Replaces the given settings of the unpublished version. Published versions keep theirs. */
export async function updateFunctionConfiguration(input: z.infer<typeof updateConfigurationSchema>, call: Call) {
  const latest = await getAuthorizedLatest(call, input.FunctionName, 'lambda:UpdateFunctionConfiguration');
  const { Role, Handler, Timeout, MemorySize, Environment } = input;
  if (Role !== undefined)
    await call.allow('iam:PassRole', Role, { context: { 'iam:PassedToService': 'lambda.amazonaws.com' } });
  const updated = replaceLatest(latest, {
    ...(Role === undefined ? {} : { roleArn: Role }),
    ...(Handler === undefined ? {} : { handler: Handler }),
    ...(Timeout === undefined ? {} : { timeoutSeconds: Timeout }),
    ...(MemorySize === undefined ? {} : { memoryMb: MemorySize }),
    ...(Environment === undefined ? {} : { environment: Environment.Variables }),
  });
  return functionView(updated);
}

function replaceLatest(latest: InstalledFunction, change: Partial<InstalledFunction>): InstalledFunction {
  const { cloud } = latest;
  const arn = installFunction(cloud, { ...latest, ...change });
  return getFunctions(cloud).byArn.get(arn) ?? latest;
}
