import { open, url, waitForDebugger } from 'node:inspector';
import { basename, join } from 'node:path';
import type { Cloud } from '../cloud.ts';
import { getFunctions } from '../lambda/functions.ts';

/** Longest pause at a breakpoint: one day, in seconds. */
const longestBreak = 86_400;

const functions = join(import.meta.dirname, '..', '..', 'functions');

/**
 * Makes a cloud run its functions from functions/*.ts instead of bundles, and without their time-outs. Node strips the types and keeps every line at its place,
 * so breakpoints stay at their lines.
 */
function runSources(cloud: Cloud): void {
  for (const fn of getFunctions(cloud).byArn.values()) {
    fn.file = join(functions, `${basename(fn.file, '.mjs')}.ts`);
    fn.timeoutSeconds = longestBreak;
    for (const environment of fn.environments.splice(0)) void environment.end();
  }
}

/**
 * Lets a debugger attach to this process, at Node's default port 9229 or the one of `--inspect-port`, and prints the address.
 * Functions run in worker threads, which are announced to the debugger. `wait`: blocks until a debugger has attached.
 */
export function debugFunctions(cloud: Cloud, { wait = false } = {}): void {
  runSources(cloud);
  open(process.debugPort, '127.0.0.1');
  console.error(`Attach a debugger to ${url()}. Breakpoints in functions/, aws/ and core/ hold.`);
  if (wait) waitForDebugger();
}
