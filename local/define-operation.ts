import type { z } from 'zod';
import type { Call, Operation } from './cloud.ts';

/** Combines an operation's parameters with its implementation, so that `run` gets them parsed and typed. */
export const defineOperation = <Input>(
  input: z.ZodType<Input>,
  run: (input: Input, call: Call) => Promise<unknown> | unknown,
): Operation => ({ input, run: async (given, call) => run(input.parse(given), call) });
