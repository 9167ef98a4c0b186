/** The outcome of an invocation: the result's JSON text, or that of the error (`X-Amz-Function-Error: Unhandled`). */
export interface InvocationOutcome {
  payload: string;
  failed: boolean;
  /** The log output, with Lambda's own START, END and REPORT lines. */
  log: string;
}

/** How the worker's part of an invocation ended. */
export type InvocationEnd =
  | { answer: string; heap: number }
  | { failure: string; heap: number }
  | { exited: string }
  | { timedOut: number };

/**
 * 6 MB, for the request and the response of a synchronous invocation
 * (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const synchronousPayloadLimit = 6 * 1024 * 1024;

/** 1 MB for an asynchronous invocation (same page). */
export const asynchronousPayloadLimit = 1024 * 1024;

const errorPayload = (errorType: string, errorMessage: string) => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  failed: true,
});

/** Returns the payload that Lambda returns for an outcome; if the function cannot report an error itself, in Lambda's wording. */
export function toPayload(ended: InvocationEnd, requestId: string): Omit<InvocationOutcome, 'log'> {
  if ('timedOut' in ended) {
    const seconds = ended.timedOut.toFixed(2);
    return errorPayload('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
  }
  if ('exited' in ended) return errorPayload('Runtime.ExitError', `RequestId: ${requestId} Error: ${ended.exited}`);
  if ('failure' in ended) return { payload: ended.failure, failed: true };
  const bytes = Buffer.byteLength(ended.answer);
  if (bytes <= synchronousPayloadLimit) return { payload: ended.answer, failed: false };
  return errorPayload(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${synchronousPayloadLimit} bytes).`,
  );
}
