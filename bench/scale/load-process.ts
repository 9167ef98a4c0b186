import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runLoad } from './load.ts';

/* One load in a process of its own, so that its memory is its own: prints what it came to as JSON. */

const loadSchema = z.object({
  deployments: z.coerce.number().int().min(1),
  accounts: z.coerce.number().int().min(1),
  events: z.enum(['forwarded', 'none']),
});

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { deployments: text, accounts: text, events: text } });
const began = performance.now();
const loaded = await runLoad(loadSchema.parse(values));
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ ...loaded, megabytes, wallSeconds: Math.round((performance.now() - began) / 1000) }));
process.exit(0);
