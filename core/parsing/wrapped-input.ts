import * as z from 'zod';

const wrappedInputSchema = z.strictObject({ given: z.unknown() });

/** Returns the original input. The machines put an input without a job into `given` (state Wrap Input), since it need not be an object. */
export function unwrapInput(input: unknown): unknown {
  const { data } = wrappedInputSchema.safeParse(input);
  return data !== undefined && 'given' in data ? data.given : input;
}

const stateDataSchema = z.looseObject({ given: z.unknown() });

/** Takes the data of any state and returns only the input that the execution was started with, wrapped as in the first state. */
export function selectWrappedInput(stateData: unknown): unknown {
  const { data } = stateDataSchema.safeParse(stateData);
  return data !== undefined && 'given' in data ? { given: data.given } : stateData;
}
