/** CodePipeline's own FailureTypes (PutJobFailureResult, botocore codepipeline `FailureType`): the only codes that we fail with. */
export const failureTypes = [
  'JobFailed',
  'ConfigurationError',
  'PermissionError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
  'SystemUnavailable',
] as const;

export type FailureType = (typeof failureTypes)[number];

/** One error, three readers: Step Functions matches `ErrorEquals` on the name, CodePipeline files it under the type, a person reads the message. */
export class Failure extends Error {
  readonly type: FailureType;

  constructor(type: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = type;
    this.type = type;
  }
}

/** Narrows a word from outside to one of our codes. */
export const isFailureType = (word: unknown): word is FailureType => failureTypes.some((type) => type === word);

/** Throws what went wrong in several things that were done side by side: the one error, or all in one; returns where nothing did. */
export function throwIfAny(errors: unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join(' '));
}
