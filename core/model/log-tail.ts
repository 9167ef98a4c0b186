import * as z from 'zod';

/** The last lines of a container's log, newest last. */
export interface LogTail {
  container: string;
  task: string;
  lines: string[];
}

export const logTailSchema: z.ZodType<LogTail> = z.object({
  container: z.string(),
  task: z.string(),
  lines: z.array(z.string()),
});
