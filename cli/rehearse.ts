import { ecsOf } from '../aws/ecs.ts';
import { describeTaskDefinition } from '../aws/ecs-raw.ts';
import { lookAtRelease } from '../aws/release.ts';
import { lookAtTarget, taskDefinitionFile } from '../aws/target.ts';
import { configuredAlarms } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Release } from '../core/model/release.ts';
import type { Plan } from '../core/model/states.ts';
import { revisionName } from '../core/parsing/arn.ts';
import type { Request } from '../core/request/parse.ts';
import { deadlineOf, releaseOf } from '../core/request/release.ts';
import { planFor } from '../core/service/plan.ts';
import { type Difference, differencesOf } from '../core/task-definition/diff.ts';
import { limitsOf } from '../core/task-definition/limits.ts';
import { type Described, registrable } from '../core/task-definition/raw.ts';
import { decideRevision } from '../core/task-definition/revision.ts';
import type { Arguments } from './arguments.ts';
import { differenceLines } from './difference-lines.ts';
import { session } from './service.ts';
import { type ExitCode, exitCodes, type World } from './world.ts';

/** What a deployment or a rollback would do; a sentence, and what would differ in the task definition from the one that runs. */
export interface Rehearsal {
  target: string;
  would: string;
  running?: string | undefined;
  differences: Difference[];
  warnings: string[];
}

/** What stands for the execution that there will not be. */
const nobody = 'dry-run';

/** Goes through a deployment with the user's own credentials up to the first write, and shows what that would be. */
export async function rehearse(request: Request, args: Arguments, world: World): Promise<ExitCode> {
  const now = world.now();
  const release = releaseOf(request, await lookAtRelease(request, world.config), deadlineOf(request, now));
  const plan = planFor(
    await lookAtTarget(release, configuredAlarms(world.config, release.target), { execution: session, now }),
    limitsOf(world.config, release.target, args.stage),
  );
  show(await rehearsalOf(release, plan, now), args, world);
  return exitCodes.done;
}

/** What the states after Check Target would do with this plan. */
export async function rehearsalOf(release: Release, plan: Plan, now: Date): Promise<Rehearsal> {
  const running = plan.before.taskDefinition;
  const facts = {
    target: release.target.name ?? release.target.service,
    running: revisionName(running),
    warnings: [...release.warnings, ...plan.warnings],
  };
  if (plan.unchanged) return { ...facts, would: 'Nothing: these images run already.', differences: [] };
  const [before, base] = await Promise.all([described(release, running, now), baseOf(release, plan, now)]);
  const decision = decideRevision({ execution: nobody, release, plan, base });
  const after =
    decision.do === 'register' ? decision : { definition: registrable(base.taskDefinition), tags: base.tags };
  return {
    ...facts,
    would: sentenceOf(decision, release),
    differences: differencesOf({ definition: registrable(before.taskDefinition), tags: before.tags }, after),
  };
}

function sentenceOf(decision: ReturnType<typeof decideRevision>, { target }: Release): string {
  const service = `the service ${target.service} in the cluster ${target.cluster}`;
  if (decision.do === 'register')
    return `Register a revision of ${decision.definition.family} and deploy it to ${service}.`;
  const revision = revisionName(decision.revision.taskDefinition);
  return decision.revision.same
    ? `Start the tasks of ${service} anew, on the revision ${revision} that runs.`
    : `Deploy the revision ${revision} to ${service}; no new one is needed.`;
}

async function described({ target }: Release, revision: string, now: Date): Promise<Described> {
  const found = await describeTaskDefinition(await ecsOf(target, session, now), revision);
  if (found !== undefined) return found;
  throw new Failure('RevisionUnavailable', `ECS has the revision ${revisionName(revision)} no more.`);
}

const baseOf = (release: Release, plan: Plan, now: Date): Promise<Described> =>
  release.base.from === 'file'
    ? taskDefinitionFile(release, release.base.path)
    : described(release, plan.baseTaskDefinition ?? plan.before.taskDefinition, now);

/** Prints a rehearsal, for people or as one line of JSON. */
export function show(rehearsal: Rehearsal, { json }: Arguments, world: World): void {
  if (json) world.out(`${JSON.stringify({ at: world.now().toISOString(), type: 'dry-run', ...rehearsal })}\n`);
  else world.out(`${rehearsalLines(rehearsal).join('\n')}\n`);
}

/** A rehearsal for people: what runs, what would differ, what would be done. */
const rehearsalLines = ({ target, would, running, differences, warnings }: Rehearsal): string[] => [
  ...(running === undefined ? [] : [`${target} runs ${running}.`]),
  ...differenceLines(differences),
  ...warnings.map((warning) => `Warning: ${warning}`),
  `To do: ${would}`,
  'This was a dry run: nothing was started.',
];
