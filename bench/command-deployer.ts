import { spawn } from 'node:child_process';
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { createEcsClient, type Deployer, deployRelease } from './deployer.ts';
import { type BenchEnvironment, benchRegion } from './environment.ts';
import { classifyOutput, summarizeOutput } from './row.ts';

/** Variables without AWS's own: one of ours (a profile, a session, an endpoint of one service) would lead a command elsewhere. */
export const withoutAwsVariables = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('AWS_')));

/** What a command is told, all in its environment. */
const environment = ({ running }: BenchEnvironment, { name, account, image, keys }: Cell, taskDefinition: string) => ({
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

/** Runs a command line to its end, or until the signal ends it and whatever it started. */
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

/** How a command becomes a deployer: its line, and whether it makes the release itself. */
export interface CommandLine {
  id: string;
  title: string;
  version: string | undefined;
  line: string;
  releases?: boolean;
  asksBalancer?: boolean;
}

/** Of a shell: the command could not be executed, or was not found (POSIX, Shell Command Language, "Exit Status for Commands"). */
const notExecutedCodes = [126, 127];

/** A deployer that is a command line: 0 says success. Unless it releases itself, the release is begun for it. */
export const createCommandDeployer = ({ line, releases = false, ...about }: CommandLine): Deployer => ({
  ...about,
  releases,
  async deploy(world, cell, signal) {
    const taskDefinition = releases ? '' : await deployRelease(createEcsClient(world, cell), cell);
    const { code, output } = await runCommandLine(line, environment(world, cell, taskDefinition), signal);
    if (signal.aborted) return undefined;
    if (notExecutedCodes.includes(code)) throw new Error(summarizeOutput(output));
    const at = world.now();
    const reason = code === 0 ? '' : summarizeOutput(output);
    return {
      says: classifyOutput(code === 0, output),
      verdictAt: at,
      endedAt: at,
      exit: String(code),
      reason,
      fullReason: output,
    };
  },
});
