import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCommandLine } from '../bundle/command-line.ts';
import { median } from './median.ts';

/** The number of runs of each command. Each round runs every command once, so that a busy moment of the machine affects all of them. */
const rounds = 21;

/** The goal: `gantry --help` takes less than this many times as long as `node -e 0`. */
const largestRatio = 3;

interface Times {
  /** From the start of the process to its end. */
  ms: number;
  /** The CPU time of the process, which it measures itself. */
  cpuMs: number;
}

/** Prints the CPU time at the end of a process. Both commands preload it. */
const reportCpu = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write('cpu ' + (user + system) / 1000);
});`;

function timeNode(args: string[]): Times {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - startedAt;
  const cpuMs = Number(/cpu ([\d.]+)$/.exec(stderr)?.[1]);
  if (status !== 0 || Number.isNaN(cpuMs)) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return { ms, cpuMs };
}

const medianTimes = (times: Times[]): Times => ({
  ms: median(times.map(({ ms }) => ms)),
  cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
});

const formatStartLine = (name: string, { ms, cpuMs }: Times, empty: Times): string =>
  `${name.padEnd(24)} ${ms.toFixed(0).padStart(5)} ms ${(ms / empty.ms).toFixed(2).padStart(6)} x    CPU ` +
  `${cpuMs.toFixed(0).padStart(5)} ms ${(cpuMs / empty.cpuMs).toFixed(2).padStart(6)} x`;

/** Measures and prints how long the command line of the npm package takes to start, compared with a program that does nothing. */
export async function measureStartOfCommandLine(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-start-'));
  try {
    await bundleCommandLine(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module", "version": "0.0.0"}');
    writeFileSync(join(folder, 'cpu.cjs'), reportCpu);
    const [preload, gantry] = [['--require', join(folder, 'cpu.cjs')], join(folder, 'dist', 'gantry.js')];
    const commands = {
      'node -e 0': [...preload, '-e', '0'],
      'gantry --help': [...preload, gantry, '--help'],
      'gantry --version': [...preload, gantry, '--version'],
      'gantry status --help': [...preload, gantry, 'status', '--help'],
    };
    const all = Array.from({ length: rounds }, () => Object.values(commands).map(timeNode));
    const times = Object.keys(commands).map((_, index) => medianTimes(all.flatMap((round) => round[index] ?? [])));
    const [empty = { ms: 0, cpuMs: 0 }] = times;
    for (const [index, name] of Object.keys(commands).entries())
      console.log(formatStartLine(name, times[index] ?? empty, empty));
    console.log(
      `Node ${process.version}, the median of ${rounds} runs each; the goal for --help is less than ${largestRatio} x.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
