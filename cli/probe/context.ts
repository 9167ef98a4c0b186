import { z } from 'zod';
import type { ProbeClient, ProbeCredentials, ProbeService } from '../../aws/probe/client.ts';
import { toFailure } from '../../core/errors/aws-failure.ts';
import type { CallOutcome } from './finding.ts';
import type { ProbeNames } from './names.ts';

/** Everything outside the process that the probe uses. */
export interface ProbeEnvironment {
  client: ProbeClient;
  now(): Date;
  /** Waits this many milliseconds, or until `end` is aborted. */
  sleep(ms: number, end: AbortSignal): Promise<void>;
  /** Aborted when the user presses Ctrl-C or closes the terminal, or the process gets SIGTERM. */
  interrupted: AbortSignal;
  /** Writes one line for the user. */
  print(line: string): void;
}

export interface ProbeContext extends ProbeEnvironment {
  names: ProbeNames;
}

/** The user ended the run. */
export class Interrupted extends Error {}

/** AWS denied an action to the user. `action` has the form of IAM, such as `ecs:ListClusters`. */
export class Denied extends Error {
  readonly action: string;
  constructor(action: string, options: ErrorOptions) {
    super(`AWS denied ${action}.`, options);
    this.action = action;
  }
}

const stopIfInterrupted = ({ interrupted }: ProbeContext): void => {
  if (interrupted.aborted) throw new Interrupted();
};

/** Calls AWS. Throws Interrupted, Denied or AWS's error. With credentials that are not the user's (`as`), a denial is also thrown as AWS's error. */
export async function callAws(
  context: ProbeContext,
  service: ProbeService,
  operation: string,
  input: object,
  as?: ProbeCredentials,
): Promise<unknown> {
  stopIfInterrupted(context);
  return context.client.call(service, operation, input, as).catch((error: unknown) => {
    throw as === undefined ? toDenied(error, `${service}:${operation}`) : error;
  });
}

/** Returns the body of AWS's response, unparsed. Throws as `callAws` does. */
export function readResponseBody(
  context: ProbeContext,
  service: ProbeService,
  operation: string,
  input: object,
): Promise<string> {
  stopIfInterrupted(context);
  return context.client.readBody(service, operation, input).catch((error: unknown) => {
    throw toDenied(error, `${service}:${operation}`);
  });
}

/** Turns a denial of AWS into Denied; returns any other error unchanged. The permission's name comes from AWS's message, if the message contains a name. */
function toDenied(error: unknown, called: string): unknown {
  const failure = toFailure(error, called);
  if (failure.name !== 'PermissionError') return error;
  const [, action] = /not authorized to perform: ([\w-]+:\w+)/.exec(failure.message) ?? [];
  return new Denied(action ?? called, { cause: error });
}

const metadataSchema = z.object({
  $metadata: z.object({ httpStatusCode: z.number().optional(), attempts: z.number().optional() }),
});

const metadataOf = (error: unknown) => metadataSchema.safeParse(error).data?.$metadata;

/** The HTTP status of AWS's error; undefined if AWS did not answer. */
export const statusOf = (error: unknown): number | undefined => metadataOf(error)?.httpStatusCode;

/** How often the SDK has sent the request that ended with this error. */
export const attemptsOf = (error: unknown): number => metadataOf(error)?.attempts ?? 1;

/** Awaits a call and returns its output, or AWS's error if AWS refused the request itself. Rethrows everything else. */
export const settleCall = (going: Promise<unknown>): Promise<CallOutcome> =>
  going.then(
    (value) => ({ value }),
    (error: unknown) => {
      const status = statusOf(error);
      if (!(error instanceof Error) || status === undefined || status >= 500) throw error;
      return { error: error.name, message: error.message };
    },
  );

/** Waits this many milliseconds, or until the user ends the run. */
export async function sleepUnlessInterrupted(context: ProbeContext, ms: number): Promise<void> {
  stopIfInterrupted(context);
  await context.sleep(ms, context.interrupted);
  stopIfInterrupted(context);
}

/** Repeats `read` until it returns something; returns undefined after `limitMs`. */
export async function pollUntilFound<Found>(
  context: ProbeContext,
  { everyMs, limitMs }: { everyMs: number; limitMs: number },
  read: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const end = context.now().getTime() + limitMs;
  for (;;) {
    const found = await read();
    if (found !== undefined || context.now().getTime() >= end) return found;
    await sleepUnlessInterrupted(context, everyMs);
  }
}
