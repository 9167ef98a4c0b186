#!/usr/bin/env node
import './older-node.ts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitOnClosedOutput } from './closed-output.ts';
import { main } from './main.ts';
import { chooseProgramName } from './message-wording.ts';
import type { LoadedConfig } from './run-verb.ts';
import { openTerminal } from './terminal.ts';

/* Starts Gantry's command line (main.ts) with this process's arguments, clock and output. */

/** Sets AWS_REGION to the configured Region, whatever the user's shell has set: the state machines are there. */
async function load(option: string | undefined): Promise<LoadedConfig> {
  const { chooseConfigFile, displayPath, loadConfig } = await import('./load-config.ts');
  const path = chooseConfigFile(option);
  const config = await loadConfig(path);
  process.env.AWS_REGION = config.build.region;
  return { config, configFile: displayPath(path) };
}

const interruption = new AbortController();
// `once`, so that a second Ctrl-C ends the process immediately.
process.once('SIGINT', () => interruption.abort());

exitOnClosedOutput();

const argv = process.argv.slice(2);
if (argv[0] === 'doctor') {
  // The doctor is a separate program (npm run doctor), which parses the arguments itself.
  process.argv.splice(2, 1);
  await import('./doctor.ts');
} else
  process.exitCode = await main(argv, {
    // Only the package contains JavaScript.
    program: chooseProgramName(process.env, !import.meta.url.endsWith('.ts')),
    loadConfig: load,
    now: () => new Date(),
    sleep: (ms) => sleep(ms, undefined, { signal: interruption.signal }).catch(() => undefined),
    uuid: randomUUID,
    interrupted: interruption.signal,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: openTerminal(process.stdout, process.env),
  });

// A call that AWS does not answer must not keep an interrupted process running.
if (interruption.signal.aborted) process.stdout.write('', () => process.exit());
