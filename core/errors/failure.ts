/** CodePipeline's own FailureTypes (PutJobFailureResult, botocore codepipeline `FailureType`): the only codes that Gantry fails with. */
export const failureTypes = [
  'JobFailed',
  'ConfigurationError',
  'PermissionError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
  'SystemUnavailable',
] as const;

export type FailureType = (typeof failureTypes)[number];

/** An error with a name, a type and a message. Step Functions matches `ErrorEquals` with the name, CodePipeline shows the type, and people read the message. */
export class Failure extends Error {
  readonly type: FailureType;

  constructor(type: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = type;
    this.type = type;
  }
}

/** Narrows a text from outside to one of these codes. */
export const isFailureType = (value: unknown): value is FailureType => failureTypes.some((type) => type === value);

/** Throws the errors of several parallel operations: a single error itself, several errors in one AggregateError. Returns if there are no errors. */
export function throwErrorsIfAny(errors: unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join(' '));
}
