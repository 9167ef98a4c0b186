import { z } from 'zod';
import type { Answers } from '../assumptions/list.ts';
import type { AwsError } from '../aws-error.ts';
import { TaskFailure } from './failure.ts';
import type { JsonValue } from './library-types.ts';
import { nestedExecutionResource, toStartInput } from './nested-execution.ts';
import { toPascalCase } from './pascal-case.ts';
import { findSdkService, sdkError, sdkServices } from './sdk-services.ts';

/** The way to call a Task's Resource: an operation of a service, with input and output in the API's own JSON. */
export interface TaskIntegration {
  service: string;
  operation: string;
  toOperationInput(input: JsonValue): unknown;
  /** Returns the task's result; throws a TaskFailure if the answer reports a failure. */
  resultOf(answer: unknown): JsonValue;
  /** Returns the machine's name for an error of the service. */
  errorOf(name: string): string;
  /** The service's name in a Cause. */
  serviceLabel: string;
  /** The prefix of this integration's history events, and the details that all these events contain. */
  eventPrefix: 'LambdaFunction' | 'Task';
  eventFields: { resourceType: string; resource: string } | undefined;
  /** Whether the task waits for the end of the execution that it starts. */
  waitsForExecution?: true;
}

const awsSdk = /^arn:aws[a-z-]*:states:::(aws-sdk:([a-z0-9]+)):(([a-zA-Z0-9]+)(?:\.waitForTaskToken)?)$/;

function sdkIntegration([, resourceType = '', api = '', resource = '', action = '']: string[]):
  | TaskIntegration
  | undefined {
  const found = findSdkService(api);
  if (found === undefined) return undefined;
  const { service, serviceLabel, exceptions } = found;
  return {
    service,
    operation: `${action.charAt(0).toUpperCase()}${action.slice(1)}`,
    toOperationInput: found.toOperationInput ?? ((input) => input),
    resultOf: found.resultOf ?? ((answer) => JSON.parse(JSON.stringify(answer ?? {}))),
    errorOf: sdkError(serviceLabel, exceptions),
    serviceLabel,
    eventPrefix: 'Task',
    eventFields: { resourceType, resource },
  };
}

/** A function, or one of its versions. */
const functionArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:(\$LATEST|[\w-]+))?$/;
const invokeOutputSchema = z.looseObject({ Payload: z.instanceof(Uint8Array), FunctionError: z.string().optional() });

/** Returns the function's result. A Lambda error report becomes the state's error: its errorType, and the whole report as text. */
function parsePayload(answer: unknown): JsonValue {
  const { data } = invokeOutputSchema.safeParse(answer);
  const text = data === undefined ? 'null' : Buffer.from(data.Payload).toString();
  if (data?.FunctionError === undefined) return JSON.parse(text);
  throw new TaskFailure(JSON.parse(text).errorType ?? 'Lambda.Unknown', text);
}

const lambdaFields = {
  service: 'lambda',
  operation: 'Invoke',
  resultOf: parsePayload,
  errorOf: (name: string) => `Lambda.${name === 'AccessDeniedException' ? 'AWSLambdaException' : name}`,
  serviceLabel: 'Lambda',
};

const functionIntegration = (resource: string): TaskIntegration => ({
  ...lambdaFields,
  toOperationInput: (input) => ({ FunctionName: resource, Payload: JSON.stringify(input) }),
  eventPrefix: 'LambdaFunction',
  eventFields: undefined,
});

const invokeWithTokenResource = /^arn:aws[a-z-]*:states:::lambda:invoke\.waitForTaskToken$/;
const invokeParametersSchema = z.looseObject({ Payload: z.unknown() });

/** The function's answer is recorded in the submitted event, and is not the task's result. */
const invokeWithTokenIntegration: TaskIntegration = {
  ...lambdaFields,
  toOperationInput(input) {
    const request = invokeParametersSchema.parse(input);
    return { ...request, Payload: JSON.stringify(request.Payload ?? {}) };
  },
  eventPrefix: 'Task',
  eventFields: { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' },
};

/** The task's errors begin with `StepFunctions`, and those of the SDK integration with `Sfn`. The result is made from DescribeExecution's answer. */
const nestedExecutionIntegration: TaskIntegration = {
  service: 'states',
  operation: 'StartExecution',
  toOperationInput: toStartInput,
  resultOf: toPascalCase,
  errorOf: sdkError('StepFunctions', sdkServices.sfn.exceptions),
  serviceLabel: 'AWSStepFunctions',
  eventPrefix: 'Task',
  eventFields: { resourceType: 'states', resource: 'startExecution.sync:2' },
  waitsForExecution: true,
};

/** Returns the integration for a Resource; undefined if the emulator does not support it. */
export function findIntegration(resource: string): TaskIntegration | undefined {
  if (functionArn.test(resource)) return functionIntegration(resource);
  if (invokeWithTokenResource.test(resource)) return invokeWithTokenIntegration;
  if (nestedExecutionResource.test(resource)) return nestedExecutionIntegration;
  const sdk = awsSdk.exec(resource);
  return sdk === null ? undefined : sdkIntegration(sdk);
}

const errorName = (name: string, answers: Answers): string => name.replace(/^DynamoDb\./, `${answers['sdk-errors']}.`);

/**
 * Converts an error of a service to the machine's error; an error that the emulator does not support ends the execution with
 * its name.
 */
export function toTaskFailure(
  { serviceLabel, errorOf }: TaskIntegration,
  error: AwsError,
  { requestId, answers }: { requestId: string; answers: Answers },
): TaskFailure {
  if (error.name === 'NotCovered') return new TaskFailure(error.name, error.message, true);
  const cause = `${error.message} (Service: ${serviceLabel}, Status Code: ${error.status}, Request ID: ${requestId})`;
  return new TaskFailure(errorName(errorOf(error.name), answers), cause);
}
