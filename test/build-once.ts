import { build } from '../local/run/start.ts';

/** Builds the functions once for all tests that run them. */
export default async function setup(): Promise<void> {
  await build();
}
