import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runLoad } from './load.ts';

/* Runs one load in its own process, so that its memory can be measured. Prints the result as JSON. */

const loadSchema = z.object({
  deployments: z.coerce.number().int().min(1),
  accounts: z.coerce.number().int().min(1),
  events: z.enum(['forwarded', 'none']),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { deployments: text, accounts: text, events: text } });
const startedAt = performance.now();
const result = await runLoad(loadSchema.parse(values));
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ ...result, megabytes, wallSeconds: Math.round((performance.now() - startedAt) / 1000) }));
process.exit(0);
