import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { generateScript } from './build-script.ts';
import type { Buildspec, PhaseName } from './buildspec.ts';

/** How a phase's commands ended: `failed` names the first command that did not return 0. */
export interface PhaseResult {
  name: PhaseName;
  started: number;
  ended: number;
  failed?: { command: string; code: number };
}

export interface ShellResult {
  phases: PhaseResult[];
  exported: Record<string, string>;
  timedOut: boolean;
}

export interface ShellRun {
  spec: Buildspec;
  folder: string;
  environment: Record<string, string>;
  wallLimitMs: number;
  log: (line: string) => void;
  now: () => number;
}

const findCommand = (spec: Buildspec, name: PhaseName, index: number): string => {
  const phase = spec.phases[name];
  return [...(phase?.commands ?? []), ...(phase?.finally ?? [])][index] ?? '';
};

const isPhaseName = (name: string): name is PhaseName => ['install', 'pre_build', 'build', 'post_build'].includes(name);

/** Tracks the phases by the positions that the script writes to descriptor 3. */
function trackPhases({ spec, now }: ShellRun, result: ShellResult) {
  let running = '';
  const open = (name: PhaseName): PhaseResult => {
    const last = result.phases.at(-1);
    if (last?.name === name) return last;
    const phase = { name, started: now(), ended: now() };
    result.phases.push(phase);
    return phase;
  };
  return {
    line(text: string): void {
      const [kind, name = '', first = '', second = ''] = text.split(' ');
      if (kind === 'export') result.exported[name] = Buffer.from(first, 'base64').toString();
      if (!isPhaseName(name)) return;
      const phase = open(name);
      if (kind === 'run') running = findCommand(spec, name, Number(first));
      if (kind === 'fail') phase.failed = { command: findCommand(spec, name, Number(first)), code: Number(second) };
      if (kind !== 'end') return;
      phase.ended = now();
      running = '';
    },
    /** A command that ended the shell itself (`exit`, `set -e`, a signal) fails its phase. */
    close(code: number): void {
      const phase = result.phases.at(-1);
      if (running === '' || phase === undefined) return;
      phase.ended = now();
      phase.failed ??= { command: running, code };
    },
  };
}

/** Kills only a build's own processes: they form a process group. */
const killGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has already ended.
  }
};

/** Runs a buildspec's phases in one shell; after `limitMs` of wall-clock time the shell and all its child processes are killed. */
export async function runShell(run: ShellRun): Promise<ShellResult> {
  const { folder, environment, spec, log, wallLimitMs } = run;
  const script = join(folder, 'build.sh');
  await writeFile(script, generateScript(spec));
  const result: ShellResult = { phases: [], exported: {}, timedOut: false };
  const following = trackPhases(run, result);
  const shell = spawn(spec.env.shell ?? 'bash', [script], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const [, out, err, phases] = shell.stdio;
  for (const [stream, handleLine] of [
    [out, log],
    [err, log],
    [phases, following.line],
  ] as const)
    if (stream !== null && stream !== undefined && 'read' in stream)
      createInterface({ input: stream }).on('line', handleLine);
  following.close(
    await waitForExit(shell, wallLimitMs, () => {
      result.timedOut = true;
    }),
  );
  return result;
}

/** Waits for the shell's exit status; kills its process group at the limit, when the shell exits, and when this process exits. */
async function waitForExit(shell: ChildProcess, limitMs: number, late: () => void): Promise<number> {
  const kill = (): void => killGroup(shell.pid);
  const timer = setTimeout(() => {
    late();
    kill();
  }, limitMs);
  shell.once('exit', kill);
  // Prepended, so that it runs before the listener that removes the build's folder.
  process.prependOnceListener('exit', kill);
  try {
    return await new Promise<number>((resolve, reject) =>
      // 137 is what a shell reports for a killed process: 128 + SIGKILL.
      shell.once('error', reject).once('close', (status) => resolve(status ?? 137)),
    );
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
  }
}
