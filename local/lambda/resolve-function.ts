import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { type FunctionReference, functionArn, getFunctions, type InstalledFunction } from './functions.ts';

/** `NAME`, `ACCOUNT:function:NAME` or an ARN, each with or without `:QUALIFIER` (botocore lambda NamespacedFunctionName). */
const nameFormat =
  /^(?:(?:arn:aws[a-z-]*:lambda:(?<region>[a-z0-9-]+):)?(?<account>\d{12}):function:)?(?<name>[\w-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

export interface FunctionRequest {
  FunctionName: string;
  Qualifier?: string | undefined;
}

function readReference({ FunctionName, Qualifier }: FunctionRequest, { caller, region }: Call): FunctionReference {
  const { name, qualifier, ...place } = nameFormat.exec(FunctionName)?.groups ?? {};
  if (name === undefined)
    throw new AwsError('InvalidParameterValueException', `Invalid function name: ${FunctionName}`);
  if (qualifier !== undefined && Qualifier !== undefined && qualifier !== Qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  return {
    account: place.account ?? caller.account,
    region: place.region ?? region,
    name,
    qualifier: qualifier ?? Qualifier,
  };
}

/**
 * Authorizes the call and returns the function or version that it names. A permission for the unqualified ARN does not cover a
 * request with a qualifier, and `NAME:*` does not cover one without (docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html,
 * "Function resource names").
 */
export async function getAuthorizedFunction(
  call: Call,
  request: FunctionRequest,
  action: string,
): Promise<InstalledFunction> {
  const reference = readReference(request, call);
  const { byArn } = getFunctions(call.cloud);
  const arn = functionArn(reference);
  const fn = byArn.get(arn.replace(/:\$LATEST$/, ''));
  await call.allow(action, arn, fn?.policy === undefined ? {} : { policy: fn.policy });
  if (fn === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  return fn;
}

/** Like `getAuthorizedFunction`, for operations that change the unpublished version and accept no other version. */
export async function getAuthorizedLatest(
  call: Call,
  FunctionName: string,
  action: string,
): Promise<InstalledFunction> {
  const fn = await getAuthorizedFunction(call, { FunctionName }, action);
  if (fn.version === '$LATEST') return fn;
  throw new AwsError(
    'InvalidParameterValueException',
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  );
}
