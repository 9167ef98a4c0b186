import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import type { AwsService, Call, Cloud, Operation } from './cloud.ts';
import { defineOperation } from './define-operation.ts';
import { addPermission, addPermissionSchema } from './lambda/add-permission.ts';
import { createFunction, createFunctionSchema } from './lambda/create-function.ts';
import { functionView } from './lambda/function-view.ts';
import { getFunctions, type InstalledFunction } from './lambda/functions.ts';
import { invoke, invokeSchema } from './lambda/invoke.ts';
import { getAuthorizedFunction, getAuthorizedLatest } from './lambda/resolve-function.ts';
import { renderLambdaResponse, routeLambdaRequest } from './lambda/rest-api.ts';
import {
  updateCodeSchema,
  updateConfigurationSchema,
  updateFunctionCode,
  updateFunctionConfiguration,
} from './lambda/update-function.ts';
import { deleteVersions, listVersions, publishVersion } from './lambda/versions.ts';

const FunctionName = z.string();
const functionSchema = z.strictObject({ FunctionName, Qualifier: z.string().optional() });

const isInScope = ({ caller, region }: Call, fn: InstalledFunction): boolean =>
  fn.version === '$LATEST' && fn.account === caller.account && fn.region === region;

const readOperations: Record<string, Operation> = {
  GetFunction: defineOperation(functionSchema, async (input, call) => ({
    Configuration: functionView(await getAuthorizedFunction(call, input, 'lambda:GetFunction')),
  })),
  GetFunctionConfiguration: defineOperation(functionSchema, async (input, call) =>
    functionView(await getAuthorizedFunction(call, input, 'lambda:GetFunctionConfiguration')),
  ),
  ListFunctions: defineOperation(z.strictObject({}), async (_, call) => {
    await call.allow('lambda:ListFunctions', '*');
    const all = [...getFunctions(call.cloud).byArn.values()];
    return { Functions: all.filter((fn) => isInScope(call, fn)).map(functionView) };
  }),
  ListVersionsByFunction: defineOperation(
    // At most 50 in each response, also if the request asks for more (botocore lambda ListVersionsByFunctionRequest).
    z.strictObject({ FunctionName, Marker: z.coerce.number().default(0), MaxItems: z.coerce.number().default(50) }),
    async (input, call) => {
      const fn = await getAuthorizedLatest(call, input.FunctionName, 'lambda:ListVersionsByFunction');
      const all = listVersions(fn);
      const end = input.Marker + Math.min(input.MaxItems, 50);
      const next = end < all.length ? { NextMarker: String(end) } : {};
      return { Versions: all.slice(input.Marker, end).map(functionView), ...next };
    },
  ),
};

const changeOperations: Record<string, Operation> = {
  CreateFunction: defineOperation(createFunctionSchema, createFunction),
  AddPermission: defineOperation(addPermissionSchema, addPermission),
  UpdateFunctionCode: defineOperation(updateCodeSchema, updateFunctionCode),
  UpdateFunctionConfiguration: defineOperation(updateConfigurationSchema, updateFunctionConfiguration),
  PublishVersion: defineOperation(z.strictObject({ FunctionName }), async (input, call) =>
    functionView(publishVersion(await getAuthorizedLatest(call, input.FunctionName, 'lambda:PublishVersion'))),
  ),
  DeleteFunction: defineOperation(functionSchema, async (input, call) => {
    const fn = await getAuthorizedFunction(call, input, 'lambda:DeleteFunction');
    if (input.Qualifier === '$LATEST')
      throw new AwsError(
        'InvalidParameterValueException',
        '$LATEST version cannot be deleted without deleting the function.',
      );
    deleteVersions(fn);
    return {};
  }),
};

/** Lambda: installed functions run their real bundles, each in its own execution environments. */
export const lambda = (_cloud: Cloud): AwsService => ({
  name: 'lambda',
  protocol: 'rest-json',
  route: (http) => {
    const request = routeLambdaRequest(http);
    if (request === undefined)
      throw new AwsError('NotCovered', `The embedded AWS does not cover lambda ${http.method} ${http.path}.`, 501);
    return request;
  },
  render: renderLambdaResponse,
  operations: { Invoke: defineOperation(invokeSchema, invoke), ...readOperations, ...changeOperations },
});
