import { dataLimit } from './limits.ts';

/** An error as the machine's Retry and Catch see it: `name` is Error, and `message` is Cause. */
export class TaskFailure extends Error {
  /**
   * The library reads both fields: States.ALL does not match an error that ends the execution
   * (docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
   */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(error: string, cause: string, ends = false) {
    super(cause);
    this.name = error;
    this.isRetryable = !ends;
    this.isCatchable = !ends;
  }
}

/** The error of a state or task whose result exceeds the size limit. */
export const dataLimitExceeded = (what: string) => ({
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
});

/** Throws if a text exceeds the size limit of a state. */
export const checkDataSize = (text: string, what: string): void => {
  const { error, cause } = dataLimitExceeded(what);
  if (Buffer.byteLength(text) > dataLimit) throw new TaskFailure(error, cause, true);
};
