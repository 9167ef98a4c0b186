import type { Cloud } from '../cloud.ts';
import { createTemporaryFolder, removeTemporaryFolder } from '../temporary-folder.ts';
import { type BuildRun, downloadSource, PhaseFailure, uploadArtifacts } from './artifacts.ts';
import type { Buildspec } from './buildspec.ts';
import { createBuildEnvironment } from './environment.ts';
import { openLog, writeLog } from './log.ts';
import { runShell, type ShellResult } from './shell.ts';
import type { Build, BuildStatus, PhaseType } from './state.ts';

/** Runs one phase and records its result; an error is rethrown to the caller. */
async function runPhase<T>({ cloud, build }: BuildRun, phaseType: PhaseType, act: () => Promise<T>): Promise<T> {
  const started = cloud.clock.now();
  const add = (phaseStatus: BuildStatus, contexts?: { statusCode: string; message: string }[]) =>
    build.phases.push({ phaseType, phaseStatus, started, ended: cloud.clock.now(), ...(contexts && { contexts }) });
  build.currentPhase = phaseType;
  try {
    const result = await act();
    add('SUCCEEDED');
    return result;
  } catch (error) {
    const statusCode = error instanceof PhaseFailure ? error.statusCode : 'CLIENT_ERROR';
    add('FAILED', [{ statusCode, message: error instanceof Error ? error.message : String(error) }]);
    throw error;
  }
}

const shellPhases = { install: 'INSTALL', pre_build: 'PRE_BUILD', build: 'BUILD', post_build: 'POST_BUILD' } as const;

const commandError = ({ command, code }: { command: string; code: number }) => ({
  statusCode: 'COMMAND_EXECUTION_ERROR',
  message: `Error while executing command: ${command}. Reason: exit status ${code}`,
});

/** Runs the buildspec's commands. The promise's value says whether all phases that determine the build's status succeeded. */
async function runCommands(run: BuildRun, at: { source: string; spec: Buildspec }): Promise<boolean> {
  const { cloud, build, folder, wallLimitMs } = run;
  const environment = await createBuildEnvironment(cloud, build, { folder, ...at, caller: run.caller });
  const now = () => cloud.clock.now();
  const log = (message: string) => build.log.push({ timestamp: Math.trunc(now()), message });
  build.currentPhase = 'BUILD';
  const result = await runShell({ spec: at.spec, folder, environment, wallLimitMs, log, now });
  build.exported = result.exported;
  for (const one of result.phases)
    build.phases.push({
      phaseType: shellPhases[one.name],
      phaseStatus: one.failed === undefined ? 'SUCCEEDED' : 'FAILED',
      started: one.started,
      ended: one.ended,
      contexts: one.failed === undefined ? [] : [commandError(one.failed)],
    });
  if (result.timedOut) markTimedOut(build);
  return hasSucceeded(at.spec, result);
}

function markTimedOut(build: Build): void {
  const last = build.phases.at(-1);
  build.status = 'TIMED_OUT';
  if (last === undefined) return;
  last.phaseStatus = 'TIMED_OUT';
  last.contexts = [{ statusCode: 'BUILD_TIMED_OUT', message: 'Build has timed out.' }];
}

const hasSucceeded = (spec: Buildspec, { phases, timedOut }: ShellResult): boolean =>
  !timedOut && phases.every(({ name, failed }) => !failed || spec.phases[name]?.['on-failure'] === 'CONTINUE');

async function runPhases(run: BuildRun): Promise<boolean> {
  const { cloud, build, caller } = run;
  await runPhase(run, 'SUBMITTED', async () => {});
  await runPhase(run, 'QUEUED', () => openLog(cloud, build, caller));
  await runPhase(run, 'PROVISIONING', async () => {});
  const downloaded = await runPhase(run, 'DOWNLOAD_SOURCE', () => downloadSource(run));
  const good = await runCommands(run, downloaded);
  if (good) await runPhase(run, 'UPLOAD_ARTIFACTS', () => uploadArtifacts(run, downloaded));
  return good;
}

/** Runs a build in its own temporary folder, which is deleted afterwards. */
async function runInTemporaryFolder(run: Omit<BuildRun, 'folder'>): Promise<boolean> {
  const folder = createTemporaryFolder('codebuild-');
  try {
    return await runPhases({ ...run, folder });
  } finally {
    await removeTemporaryFolder(folder);
  }
}

/** Runs a build from its source to its artifact. Never throws: errors are recorded in the phases and in the log. */
export async function runBuild(cloud: Cloud, build: Build, limitMs: number): Promise<void> {
  const caller = cloud.iam.session(build.project.serviceRole, `AWSCodeBuild-${build.uuid}`);
  const good = await runInTemporaryFolder({ cloud, build, caller, wallLimitMs: limitMs }).catch((error: unknown) => {
    build.log.push({ timestamp: Math.trunc(cloud.clock.now()), message: `[Container] ${error}` });
    return false;
  });
  await writeLog(cloud, build, caller);
  const now = cloud.clock.now();
  build.phases.push({ phaseType: 'FINALIZING', phaseStatus: 'SUCCEEDED', started: now, ended: now });
  build.phases.push({ phaseType: 'COMPLETED', phaseStatus: 'SUCCEEDED', started: now, ended: now });
  build.currentPhase = 'COMPLETED';
  if (build.status === 'IN_PROGRESS') build.status = good ? 'SUCCEEDED' : 'FAILED';
  build.ended = now;
}
