/** What an invocation came to: the answer's JSON text, or that of the error (`X-Amz-Function-Error: Unhandled`). */
export interface InvocationOutcome {
  payload: string;
  failed: boolean;
  /** What it wrote, with Lambda's own START, END and REPORT lines. */
  log: string;
}

/** How a worker's part of an invocation ended. */
export type InvocationEnd =
  | { answer: string; heap: number }
  | { failure: string; heap: number }
  | { exited: string }
  | { timedOut: number };

/** 6 MB, for the request and for the answer of a synchronous invocation (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const synchronousPayloadLimit = 6 * 1024 * 1024;

/** 1 MB for an asynchronous invocation (same page). */
export const asynchronousPayloadLimit = 1024 * 1024;

const errorPayload = (errorType: string, errorMessage: string) => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  failed: true,
});

/** The payload that Lambda answers for an ending, in its words for the ones that a function cannot put in words itself. */
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
