/** What an invocation came to: the answer's JSON text, or that of the error (`X-Amz-Function-Error: Unhandled`). */
export interface Outcome {
  payload: string;
  failed: boolean;
  /** What it wrote, with Lambda's own START, END and REPORT lines. */
  log: string;
}

/** How a worker's part of an invocation ended. */
export type Ended =
  | { answer: string; heap: number }
  | { failure: string; heap: number }
  | { exited: string }
  | { timedOut: number };

/** 6 MB, for the request and for the answer of a synchronous invocation (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const synchronousLimit = 6 * 1024 * 1024;

/** 1 MB for an asynchronous invocation (same page). */
export const asynchronousLimit = 1024 * 1024;

const failure = (errorType: string, errorMessage: string) => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  failed: true,
});

/** The payload that Lambda answers for an ending, in its words for the ones that a function cannot put in words itself. */
export function payloadOf(ended: Ended, requestId: string): Omit<Outcome, 'log'> {
  if ('timedOut' in ended) {
    const seconds = ended.timedOut.toFixed(2);
    return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
  }
  if ('exited' in ended) return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${ended.exited}`);
  if ('failure' in ended) return { payload: ended.failure, failed: true };
  const bytes = Buffer.byteLength(ended.answer);
  if (bytes <= synchronousLimit) return { payload: ended.answer, failed: false };
  return failure(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${synchronousLimit} bytes).`,
  );
}
