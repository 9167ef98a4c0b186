import { type core, ZodError } from 'zod';
import { AwsError } from './aws-error.ts';

/**
 * Converts an input error. A rejected parameter becomes an error in AWS's wording. An unsupported parameter becomes an error that names the parameter and
 * `asked` ("service Operation"). Returns other errors unchanged.
 */
export const translateInputError = (error: unknown, request: string): unknown =>
  error instanceof ZodError ? inputError(error.issues, request) : error;

const inputError = ([issue]: core.$ZodIssue[], request: string): AwsError => {
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`)).join(', ');
    return new AwsError('NotCovered', `The embedded AWS does not cover the parameter ${names} of ${request}.`, 501);
  }
  return new AwsError('ValidationException', `Value at '${path}' failed to satisfy constraint: ${issue?.message}`);
};

/** Converts an error to the one that a client gets. Also prints an internal error, so that nobody mistakes it for an answer of AWS. */
export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
