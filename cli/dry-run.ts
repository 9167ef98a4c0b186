import { createTargetEcsClient } from '../aws/ecs.ts';
import { describeRequestedTaskDefinition } from '../aws/ecs-task-definitions.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release } from '../core/model/release.ts';
import { formatScheduleSource, type ScheduledTask } from '../core/model/scheduled-task.ts';
import type { ReleasePlan } from '../core/model/state-data.ts';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import { describePlannedTasks } from '../core/release-tasks/planned-tasks.ts';
import { diffTaskDefinitions, type TaskDefinitionDifference } from '../core/task-definition/diff.ts';
import { type DescribedTaskDefinition, toRegistrableDefinition } from '../core/task-definition/raw.ts';
import { decideRevision } from '../core/task-definition/revision.ts';
import type { VerbArguments } from './arguments.ts';
import type { CliContext } from './context.ts';
import { formatDifferences } from './difference-lines.ts';
import { formatJsonLine } from './json-line.ts';
import { formatPlannedRollout, type PlannedRollout, planRollout } from './planned-rollout.ts';
import { joinLines } from './print-lines.ts';
import { viewerSession } from './service.ts';

/** The effect of a deployment or a rollback: a sentence, and the differences between the new task definition and the running one. */
export interface DryRun {
  target: string;
  would: string;
  running?: string | undefined;
  differences: TaskDefinitionDifference[];
  /** The tasks that would run before and after the deployment, in order. Absent if no task would run. */
  tasks?: string[] | undefined;
  warnings: string[];
  /** How ECS would roll it out; absent if there is nothing to deploy. */
  rollout?: PlannedRollout | undefined;
  /** The scheduled tasks that would be moved after a success. Absent if there are none. */
  schedules?: string[];
}

/** A placeholder for the execution, which a dry run does not start. */
const dryRunExecution = 'dry-run';

type ReadBase = (release: Release, plan: ReleasePlan, now: Date) => Promise<DescribedTaskDefinition>;

interface DryRunSettings {
  now: Date;
  showValues: boolean;
  /** Reads the revision that would be the base of the new one. */
  readBase?: ReadBase;
}

/** The actions of the states after Check Target for this plan. */
export async function planDryRun(
  release: Release,
  plan: ReleasePlan,
  { now, showValues, readBase = readBaseFromEcs }: DryRunSettings,
): Promise<DryRun> {
  const running = plan.before.taskDefinition;
  const facts = {
    target: release.target.name ?? release.target.service,
    running: parseRevisionName(running),
    warnings: [...release.warnings, ...plan.warnings],
    ...(plan.schedules?.length && { schedules: plan.schedules.map(describeScheduledTask) }),
  };
  if (plan.unchanged) return { ...facts, would: 'Nothing: these images run already.', differences: [] };
  const [before, base, rollout] = await Promise.all([
    describeRevision(release, running, now),
    readBase(release, plan, now),
    planRollout(release, now),
  ]);
  const decision = decideRevision({ execution: dryRunExecution, release, plan, base });
  const tasks = describePlannedTasks(release, decision.do === 'keep' && decision.revision.same);
  const after =
    decision.do === 'register'
      ? decision
      : { definition: toRegistrableDefinition(base.taskDefinition), tags: base.tags, warnings: [] };
  return {
    ...facts,
    warnings: [...facts.warnings, ...after.warnings],
    would: describeDecision(decision, release),
    ...(tasks.length > 0 && { tasks }),
    ...(rollout !== undefined && { rollout }),
    differences: diffTaskDefinitions(
      { definition: toRegistrableDefinition(before.taskDefinition), tags: before.tags },
      after,
      { showValues },
    ),
  };
}

const describeScheduledTask = ({ source, taskDefinition }: ScheduledTask): string =>
  `${formatScheduleSource(source)} from ${parseRevisionName(taskDefinition)} to the revision of the release`;

function describeDecision(decision: ReturnType<typeof decideRevision>, { target }: Release): string {
  const service = `the service ${target.service} in the cluster ${target.cluster}`;
  if (decision.do === 'register')
    return `Register a revision of ${decision.definition.family} and deploy it to ${service}.`;
  const revision = parseRevisionName(decision.revision.taskDefinition);
  return decision.revision.same
    ? `Start the tasks of ${service} again, on the running revision ${revision}.`
    : `Deploy the revision ${revision} to ${service}; no new one is needed.`;
}

export const readBaseFromEcs: ReadBase = (release, plan, now) =>
  describeRevision(release, plan.baseTaskDefinition ?? plan.before.taskDefinition, now);

async function describeRevision({ target }: Release, revision: string, now: Date): Promise<DescribedTaskDefinition> {
  const found = await describeRequestedTaskDefinition(
    await createTargetEcsClient(target, viewerSession, now),
    revision,
  );
  if (found !== undefined) return found;
  throw new Failure('RevisionUnavailable', `ECS has the revision ${parseRevisionName(revision)} no more.`);
}

/** Prepares the texts of a dry run for the user's screen. */
export const adaptDryRun = (given: DryRun, { adaptMessage }: Pick<CliContext, 'adaptMessage'>): DryRun =>
  escapeTexts({ ...given, would: adaptMessage(given.would), warnings: given.warnings.map(adaptMessage) });

/** Prints a dry run, as text or as one line of JSON. */
export function printDryRun(given: DryRun, { json }: VerbArguments, context: CliContext): void {
  const dryRun = adaptDryRun(given, context);
  if (json) context.out(formatJsonLine(context.now(), 'dry-run', dryRun));
  else context.out(joinLines(formatDryRun(dryRun), context));
}

/** The text of a dry run: the running revision, the differences, and the action. */
export const formatDryRun = ({
  target,
  would,
  running,
  differences,
  tasks = [],
  rollout,
  warnings,
  schedules = [],
}: DryRun): string[] => [
  ...(running === undefined ? [] : [`${target} runs ${running}.`]),
  ...formatDifferences(differences),
  ...warnings.map((warning) => `Warning: ${warning}`),
  `To do: ${would}`,
  ...tasks,
  ...(rollout === undefined ? [] : formatPlannedRollout(rollout)),
  ...schedules.map((task) => `After a success: move ${task}.`),
  'This was a dry run: nothing was started.',
];
