import { dataLimit } from './limits.ts';

/** An error as the machine's Retry and Catch see it: `name` is Error, `message` is Cause. */
export class TaskFailure extends Error {
  /** The library asks both: States.ALL does not match an error that ends the execution (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(error: string, cause: string, ends = false) {
    super(cause);
    this.name = error;
    this.isRetryable = !ends;
    this.isCatchable = !ends;
  }
}

/** The error of a state or task whose result is larger than a state may hold. */
export const dataLimitExceeded = (what: string) => ({
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
});

/** Throws where a text is larger than a state may hold. */
export const checkDataSize = (text: string, what: string): void => {
  const { error, cause } = dataLimitExceeded(what);
  if (Buffer.byteLength(text) > dataLimit) throw new TaskFailure(error, cause, true);
};
