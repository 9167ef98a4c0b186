/*
 * Instead of zod: the same, configured to generate no code for schemas (zod.dev/api, "jitless"). A function parses only a few events. Generating and compiling
 * a parser takes more time than it saves: 3 of the 14 ms of check-target's first event, 5 of the 22 of watch-rollout's.
 */
import { config } from 'zod/v4';

config({ jitless: true });

export * from 'zod/v4';
export { default } from 'zod/v4';
