import { getFunctions, type InstalledFunction, type InvocationRequest } from './functions.ts';
import { runInvocation } from './run-invocation.ts';

/**
 * A function error is retried after one and after two minutes
 * (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
 */
const retryMinutes = [1, 2];

/** Starts an asynchronous invocation; one that failed three times is added to the cloud's dead letters. */
export function invokeAsynchronously(
  fn: InstalledFunction,
  invocation: InvocationRequest,
  retries = retryMinutes,
): void {
  const { clock } = fn.cloud;
  const settle = async (): Promise<void> => {
    const outcome = await runInvocation(fn, { ...invocation, asynchronous: true });
    if (!outcome.failed) return;
    const [minutes, ...later] = retries;
    if (minutes !== undefined) clock.after(minutes * 60_000, () => invokeAsynchronously(fn, invocation, later));
    else getFunctions(fn.cloud).deadLetters.push({ ...invocation, functionArn: fn.arn, error: outcome.payload });
  };
  void clock.freezeDuring(settle());
}
