import { Logger } from '@aws-lambda-powertools/logger';
import { ZodError } from 'zod';
import { toFailure } from '../core/errors/aws-failure.ts';
import { createValidationFailure } from '../core/parsing/validation.ts';
import { extractLogKeys } from '../core/reporting/log-keys.ts';

export type { Logger };

/** What Lambda tells a handler of its invocation, as far as we use it (docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
export interface LambdaContext {
  functionName?: string;
  awsRequestId?: string;
}

/** Time and log of one invocation: no other code of ours reads the clock. */
export interface ClockAndLogger {
  now: Date;
  logger: Logger;
}

/**
 * A logger for this invocation alone, so that no key of an earlier one remains. Every line has execution, service and job.
 * The event itself is never logged, not even where POWERTOOLS_LOGGER_LOG_EVENT asks for it: an invoked job brings credentials.
 */
const createLogger = (event: unknown, invocation: LambdaContext): Logger => {
  const { service, ...keys } = extractLogKeys(event);
  return new Logger({
    serviceName: service ?? 'gantry',
    persistentKeys: { ...keys, function: invocation.functionName, request: invocation.awsRequestId },
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

/**
 * Makes a Lambda handler: parses the event (zod's complaints become a ConfigurationError), runs, and logs one line at each end.
 * What AWS refused leaves as a Failure (core/errors/aws-failure.ts), so that Lambda's errorType is the word that Step Functions matches.
 */
export const lambdaHandler =
  <Input, Output>(
    parse: (event: unknown) => Input,
    run: (input: Input, surroundings: ClockAndLogger) => Promise<Output>,
  ) =>
  async (event: unknown, invocation: LambdaContext = {}): Promise<Output> => {
    const logger = createLogger(event, invocation);
    const name = invocation.functionName ?? 'the function';
    logger.info(`${name} begins`);
    try {
      const output = await run(parseEvent(parse, event), { now: new Date(), logger });
      logger.info(`${name} is done`);
      return output;
    } catch (error) {
      const failure = toFailure(error, `${name} ran`);
      logger.error(`${name} failed`, { failure: toLogFields(failure) });
      throw failure;
    }
  };
