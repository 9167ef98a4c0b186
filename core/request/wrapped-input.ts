import * as z from 'zod';

const wrappedInputSchema = z.strictObject({ given: z.unknown() });

/** The original input. The machines put an input without a job, a target or an event into `given` (state Wrap Input), since it need not be an object. */
export function unwrapInput(input: unknown): unknown {
  const { data } = wrappedInputSchema.safeParse(input);
  return data !== undefined && 'given' in data ? data.given : input;
}
