import { spawn } from 'node:child_process';
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { createEcsClient, type Deployer, deployRelease } from './deployer.ts';
import { type BenchEnvironment, benchRegion } from './environment.ts';
import { classifyOutput, summarizeOutput } from './row.ts';

/** Removes variables whose names start with AWS_, because the user's profile, session or endpoint would send a command's calls to another account. */
export const withoutAwsVariables = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('AWS_')));

/** Returns the environment variables of a command. They contain all the information that the command needs. */
const createVariables = (
  { running }: BenchEnvironment,
  { name, account, image, keys }: Cell,
  taskDefinition: string,
) => ({
  ...withoutAwsVariables(process.env),
  AWS_ENDPOINT_URL: running.cloud.url,
  AWS_REGION: benchRegion,
  AWS_DEFAULT_REGION: benchRegion,
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  ACCOUNT: account,
  CLUSTER: cluster,
  SERVICE: name,
  IMAGE: image,
  TASK_DEFINITION: taskDefinition,
});

/** Runs a command line to its end. The signal kills the process and every process that it started. */
function runCommandLine(
  line: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(line, { shell: true, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    signal.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** A command line that acts as a deployer. `releases`: the command makes the release itself. */
export interface CommandLine {
  id: string;
  title: string;
  version: string | undefined;
  line: string;
  releases?: boolean;
  asksBalancer?: boolean;
}

/** A shell's exit codes for a command that could not be executed or was not found (POSIX, Shell Command Language, "Exit Status for Commands"). */
const notExecutedCodes = [126, 127];

/**
 * Creates a deployer from a command line. Exit code 0 means success. If the command does not make the release itself, the benchmark makes it before
 * the command runs.
 */
export const createCommandDeployer = ({ line, releases = false, ...about }: CommandLine): Deployer => ({
  ...about,
  releases,
  async deploy(environment, cell, signal) {
    const taskDefinition = releases ? '' : await deployRelease(createEcsClient(environment, cell), cell);
    const { code, output } = await runCommandLine(line, createVariables(environment, cell, taskDefinition), signal);
    if (signal.aborted) return undefined;
    if (notExecutedCodes.includes(code)) throw new Error(summarizeOutput(output));
    const at = environment.now();
    const reason = code === 0 ? '' : summarizeOutput(output);
    return {
      verdict: classifyOutput(code === 0, output),
      verdictAt: at,
      endedAt: at,
      exit: String(code),
      reason,
      fullReason: output,
    };
  },
});
