import { Logger } from '@aws-lambda-powertools/logger';
import { ZodError } from 'zod';
import { toFailure } from '../core/errors/aws-failure.ts';
import { escapeLines } from '../core/parsing/escape-texts.ts';
import { createValidationFailure } from '../core/parsing/validation.ts';
import { extractLogKeys } from '../core/reporting/log-keys.ts';

export type { Logger };

/** The fields of Lambda's context object that Gantry uses (docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
export interface LambdaContext {
  functionName?: string;
  awsRequestId?: string;
}

/** The time and the logger of one invocation. No other code of Gantry's functions reads the clock or waits. */
export interface ClockAndLogger {
  /** When the invocation began. */
  now: Date;
  /** Returns the current time, for what must be measured from the end of a call. */
  readTime(): Date;
  /** Waits this number of milliseconds. */
  wait(ms: number): Promise<void>;
  logger: Logger;
}

const clock = {
  readTime: () => new Date(),
  wait: async (ms: number) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  },
};

/**
 * Creates a logger for this invocation only, so that no key of an earlier invocation remains. Every line has the execution, the service and the job. The
 * event itself is never logged, even if POWERTOOLS_LOGGER_LOG_EVENT is set: the event of a job contains credentials.
 */
const createLogger = (event: unknown, invocation: LambdaContext): Logger => {
  const { service, ...keys } = extractLogKeys(event);
  return new Logger({
    serviceName: service ?? 'gantry',
    persistentKeys: { ...keys, function: invocation.functionName, request: invocation.awsRequestId },
    jsonReplacerFn: (_field, value) => (typeof value === 'string' ? escapeLines(value) : value),
  });
};

const parseEvent = <Input>(parse: (event: unknown) => Input, event: unknown): Input => {
  try {
    return parse(event);
  } catch (error) {
    throw error instanceof ZodError ? createValidationFailure('The event', event, { error, hint: '' }) : error;
  }
};

const toLogFields = (error: Error): object => ({
  name: error.name,
  message: error.message,
  cause: error.cause instanceof Error ? error.cause.name : undefined,
});

/** Step Functions and the consoles show the message of an error, which can contain names that other people chose. */
const escapeMessage = (error: Error): Error => Object.assign(error, { message: escapeLines(error.message) });

/**
 * Creates a Lambda handler that parses the event (zod errors become a ConfigurationError), runs, and logs one line at the start and at the end.
 * An error of AWS becomes a Failure (core/errors/aws-failure.ts), so that Lambda's errorType is the name that Step Functions matches.
 */
export const createLambdaHandler =
  <Input, Output>(
    parse: (event: unknown) => Input,
    run: (input: Input, clockAndLogger: ClockAndLogger) => Promise<Output>,
  ) =>
  async (event: unknown, invocation: LambdaContext = {}): Promise<Output> => {
    const logger = createLogger(event, invocation);
    const name = invocation.functionName ?? 'the function';
    logger.info(`${name} begins`);
    try {
      const output = await run(parseEvent(parse, event), { ...clock, now: new Date(), logger });
      logger.info(`${name} is done`);
      return output;
    } catch (error) {
      const failure = escapeMessage(toFailure(error, `${name} ran`));
      logger.error(`${name} failed`, { failure: toLogFields(failure) });
      throw failure;
    }
  };
