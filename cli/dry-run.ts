import { createTargetEcsClient } from '../aws/ecs.ts';
import { describeRequestedTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { readReleaseFacts } from '../aws/release-facts.ts';
import { addScheduleFacts } from '../aws/schedule-facts.ts';
import { readTargetFacts, readTaskDefinitionFromArtifact } from '../aws/target-facts.ts';
import { listConfiguredAlarms } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { Release } from '../core/model/release.ts';
import type { ReleasePlan } from '../core/model/state-data.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { calculateDeadline, createRelease, formatTargetName } from '../core/request/release.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';
import { planRelease } from '../core/service/plan.ts';
import { diffTaskDefinitions, type TaskDefinitionDifference } from '../core/task-definition/diff.ts';
import { type DescribedTaskDefinition, removeOutputOnlyFields } from '../core/task-definition/raw.ts';
import { restrictionsForTarget } from '../core/task-definition/restrictions.ts';
import { decideRevision } from '../core/task-definition/revision.ts';
import type { VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { formatDifferences } from './difference-lines.ts';
import { viewerSession } from './service.ts';

/** What a deployment or a rollback would do: a sentence, and how the task definition would differ from the running one. */
export interface DryRun {
  target: string;
  would: string;
  running?: string | undefined;
  differences: TaskDefinitionDifference[];
  warnings: string[];
}

/** The option that prints environment values and everything else that can be secret. */
export const showValuesOption = 'show-values';
export const dryRunOptions = {
  'dry-run': { type: 'boolean', default: false },
  [showValuesOption]: { type: 'boolean', default: false },
} as const;

/** A placeholder for the execution, which a dry run does not start. */
const dryRunExecution = 'dry-run';

/** Runs a deployment with the user's own credentials up to the first write, and shows what that write would be. */
export async function dryRunDeployment(
  request: DeployRequest,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const now = context.now();
  const { config } = context;
  const { stage } = args;
  // A dry run reads the artifact's record and does not write one. If the user is not allowed to read the record, adds a warning.
  process.env.TABLE = resolveDeployedResources(config, stage).table;
  const records = { target: formatTargetName(request), now, readOnly: true };
  const named = await readReleaseFacts(request, { config, stage, records });
  const release = createRelease(request, named, calculateDeadline(request, now));
  const read = await readTargetFacts(release, listConfiguredAlarms(config, release.target), {
    session: viewerSession,
    now,
    sources: listAllowedImageSources(config, stage),
  });
  const schedules = findConfiguredSchedules(config, release.target, stage);
  const reader = { session: { ...viewerSession, access: 'view schedules' as const }, now };
  const facts = await addScheduleFacts(read, schedules, reader);
  const plan = planRelease(facts, restrictionsForTarget(config, release.target, stage));
  printDryRun(await planDryRun(release, plan, { now, showValues: args.flag(showValuesOption) }), args, context);
  return exitCodes.done;
}

/** What the states after Check Target would do with this plan. */
export async function planDryRun(
  release: Release,
  plan: ReleasePlan,
  { now, showValues }: { now: Date; showValues: boolean },
): Promise<DryRun> {
  const running = plan.before.taskDefinition;
  const facts = {
    target: release.target.name ?? release.target.service,
    running: parseRevisionName(running),
    warnings: [...release.warnings, ...plan.warnings],
  };
  if (plan.unchanged) return { ...facts, would: 'Nothing: these images run already.', differences: [] };
  const [before, base] = await Promise.all([
    describeRevision(release, running, now),
    readBaseRevision(release, plan, now),
  ]);
  const decision = decideRevision({ execution: dryRunExecution, release, plan, base });
  const after =
    decision.do === 'register'
      ? decision
      : { definition: removeOutputOnlyFields(base.taskDefinition), tags: base.tags, warnings: [] };
  return {
    ...facts,
    warnings: [...facts.warnings, ...after.warnings],
    would: describeDecision(decision, release),
    differences: diffTaskDefinitions(
      { definition: removeOutputOnlyFields(before.taskDefinition), tags: before.tags },
      after,
      { showValues },
    ),
  };
}

function describeDecision(decision: ReturnType<typeof decideRevision>, { target }: Release): string {
  const service = `the service ${target.service} in the cluster ${target.cluster}`;
  if (decision.do === 'register')
    return `Register a revision of ${decision.definition.family} and deploy it to ${service}.`;
  const revision = parseRevisionName(decision.revision.taskDefinition);
  return decision.revision.same
    ? `Start the tasks of ${service} again, on the running revision ${revision}.`
    : `Deploy the revision ${revision} to ${service}; no new one is needed.`;
}

async function describeRevision({ target }: Release, revision: string, now: Date): Promise<DescribedTaskDefinition> {
  const found = await describeRequestedTaskDefinition(
    await createTargetEcsClient(target, viewerSession, now),
    revision,
  );
  if (found !== undefined) return found;
  throw new Failure('RevisionUnavailable', `ECS has the revision ${parseRevisionName(revision)} no more.`);
}

const readBaseRevision = (release: Release, plan: ReleasePlan, now: Date): Promise<DescribedTaskDefinition> =>
  release.base.from === 'file'
    ? readTaskDefinitionFromArtifact(release, release.base, undefined)
    : describeRevision(release, plan.baseTaskDefinition ?? plan.before.taskDefinition, now);

/** Prints a dry run, as text or as one line of JSON. */
export function printDryRun(given: DryRun, { json }: VerbArguments, context: CliContext): void {
  const dryRun = escapeTexts(given);
  if (json) context.out(`${JSON.stringify({ at: context.now().toISOString(), type: 'dry-run', ...dryRun })}\n`);
  else context.out(`${formatDryRun(dryRun).join('\n')}\n`);
}

/** The text of a dry run: what runs, what would differ, what would be done. */
const formatDryRun = ({ target, would, running, differences, warnings }: DryRun): string[] => [
  ...(running === undefined ? [] : [`${target} runs ${running}.`]),
  ...formatDifferences(differences),
  ...warnings.map((warning) => `Warning: ${warning}`),
  `To do: ${would}`,
  'This was a dry run: nothing was started.',
];
