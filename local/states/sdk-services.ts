import type { JsonValue } from './library-types.ts';
import { toCamelCase, toPascalCase } from './pascal-case.ts';

interface SdkService {
  service: string;
  serviceLabel: string;
  exceptions: RegExp;
  toOperationInput?: (input: JsonValue) => unknown;
  resultOf?: (answer: unknown) => JsonValue;
}

/**
 * The services that a Task can call through AWS's SDK integration, with the error names that Step Functions passes on. Any other error becomes the
 * service's general exception, such as `DynamoDbException`.
 */
export const sdkServices: { dynamodb: SdkService; sfn: SdkService } = {
  dynamodb: {
    service: 'dynamodb',
    serviceLabel: 'DynamoDb',
    // botocore dynamodb: the errors of the operations that the emulator supports.
    exceptions:
      /^(ConditionalCheckFailed|ItemCollectionSizeLimitExceeded|LimitExceeded|ProvisionedThroughputExceeded|ReplicatedWriteConflict|ResourceInUse|ResourceNotFound|Throttling|TransactionConflict)Exception$|^(InternalServerError|RequestLimitExceeded)$/,
  },
  sfn: {
    service: 'states',
    serviceLabel: 'Sfn',
    // botocore stepfunctions: the errors of the operations that the emulator supports, without those of definitions.
    exceptions:
      /^(Execution(AlreadyExists|DoesNotExist|LimitExceeded)|Invalid(Arn|ExecutionInput|Name|Output|Token)|StateMachineDoesNotExist|TaskDoesNotExist|TaskTimedOut|ValidationException)$/,
    toOperationInput: toCamelCase,
    resultOf: toPascalCase,
  },
};

/** `ServiceName.ErrorName`, always with the suffix Exception (docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html). */
export const sdkError = (serviceLabel: string, exceptions: RegExp) => (name: string) => {
  if (!exceptions.test(name)) return `${serviceLabel}.${serviceLabel}Exception`;
  return `${serviceLabel}.${name.replace(/(Exception)?$/, 'Exception')}`;
};

/** Returns a service by its name in a Resource; undefined if the emulator does not support it. */
export const findSdkService = (api: string): SdkService | undefined => new Map(Object.entries(sdkServices)).get(api);
