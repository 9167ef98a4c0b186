import { type core, ZodError } from 'zod';
import { AwsError } from './aws-error.ts';

/** What AWS would say of an error thrown while `asked` ("service Operation") ran; a parameter that is not covered is named. */
export function awsErrorOf(error: unknown, asked: string): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof ZodError) return refusedInput(error.issues, asked);
  console.error(error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}

const refusedInput = ([issue]: core.$ZodIssue[], asked: string): AwsError => {
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`)).join(', ');
    return new AwsError('NotCovered', `The embedded AWS does not cover the parameter ${names} of ${asked}.`, 501);
  }
  return new AwsError('ValidationException', `Value at '${path}' failed to satisfy constraint: ${issue?.message}`);
};
