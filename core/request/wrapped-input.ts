import * as z from 'zod';

const wrappedInputSchema = z.strictObject({ given: z.unknown() });

/** The input as it was given: one with neither a job, a target nor an event is laid into `given` by the machines (state Wrap Input), since it may be no object at all. */
export function unwrapInput(input: unknown): unknown {
  const { data } = wrappedInputSchema.safeParse(input);
  return data !== undefined && 'given' in data ? data.given : input;
}
