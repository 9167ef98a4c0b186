import { readReleaseFacts } from '../aws/release-facts.ts';
import { addScheduleFacts } from '../aws/schedule-facts.ts';
import { readTargetFacts, readTaskDefinitionFromArtifact } from '../aws/target-facts.ts';
import type { Config } from '../core/config/check.ts';
import { findPauseHooksSetting, listConfiguredAlarms } from '../core/config/targets.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { calculateDeadline, createRelease, formatRequestedTargetName } from '../core/request/release.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';
import { planRelease } from '../core/service/plan.ts';
import { getOwnInstallation } from '../core/task-definition/installation.ts';
import { restrictionsForTarget } from '../core/task-definition/restrictions.ts';
import type { VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { type DryRun, planDryRun, printDryRun, readBaseFromEcs } from './dry-run.ts';
import { showValuesOption } from './dry-run-options.ts';
import { viewerSession } from './service.ts';

/** Where and how to plan a deployment. */
export interface DeploymentPlanSettings {
  config: Config;
  stage: string;
  now: Date;
  showValues: boolean;
}

/** Runs a deployment with the user's own credentials up to its first write, and prints that write without making it. */
export async function dryRunDeployment(
  request: DeployRequest,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const { config } = context;
  const { stage } = args;
  // A dry run reads the artifact's record and does not write one. If the user is not allowed to read the record, adds a warning.
  process.env.TABLE = resolveDeployedResources(config, stage).table;
  const settings = { config, stage, now: context.now(), showValues: args.flag(showValuesOption) };
  printDryRun(await planDeployment(request, settings), args, context);
  return exitCodes.done;
}

/** Runs a deployment with the user's own credentials up to its first write. Returns that write without making it. */
export async function planDeployment(
  request: DeployRequest,
  { config, stage, now, showValues }: DeploymentPlanSettings,
): Promise<DryRun> {
  const records = { target: formatRequestedTargetName(request), now, readOnly: true };
  const named = await readReleaseFacts(request, { config, stage, records });
  const release = createRelease(request, named, calculateDeadline(request, now));
  const read = await readTargetFacts(release, listConfiguredAlarms(config, release.target), {
    session: viewerSession,
    now,
    sources: listAllowedImageSources(config, stage),
    installation: getOwnInstallation(config, stage),
  });
  const schedules = findConfiguredSchedules(config, release.target, stage);
  const reader = { session: { ...viewerSession, access: 'view schedules' as const }, now };
  const facts = await addScheduleFacts(read, schedules, reader);
  const pauseHooks = findPauseHooksSetting(config, release.target, stage);
  const plan = planRelease({ ...facts, pauseHooks }, restrictionsForTarget(config, release.target, stage));
  return planDryRun(release, plan, { now, showValues, readBase });
}

const readBase: typeof readBaseFromEcs = async (release, plan, now) =>
  release.base.from === 'file'
    ? readTaskDefinitionFromArtifact(release, release.base, undefined)
    : readBaseFromEcs(release, plan, now);
