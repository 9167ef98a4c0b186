import { Failure } from '../errors/failure.ts';
import { revisionName } from '../parsing/arn.ts';
import { parseFamily } from '../task-definition/raw.ts';
import { isSameRevisionAndImages, type PastDeployment, resolveOriginalRevision } from './deployment-history.ts';
import type { RollbackPlan } from './facts.ts';
import { formatTargetName, isDeploymentInProgress, isRevisionActive, type RollbackContext } from './facts.ts';
import { explainInactive } from './skip-rules.ts';

/** The ARN of the revision that a person named; throws a ConfigurationError where it cannot be gone to. */
function resolveRequestedRevision(world: RollbackContext, name: string): string {
  const { revisions, service } = world;
  const [arn] = [...revisions.keys()].filter((one) => revisionName(one) === name);
  const good = world.goods.stack.map(({ taskDefinition }) => revisionName(taskDefinition));
  const hint = good.length === 0 ? '' : ` These have run well: ${good.join(', ')}.`;
  const refuse = (what: string) => new Failure('ConfigurationError', `${what}${hint}`);
  const family = parseFamily(service.taskDefinition);
  if (parseFamily(name) !== family)
    throw refuse(`The revision ${name} is not of the family "${family}" that ${formatTargetName(world)} runs.`);
  if (arn === undefined) throw refuse(`ECS knows no revision ${name}.`);
  if (!isRevisionActive(world, arn))
    throw refuse(`The revision ${name} is not ACTIVE any more, so no task can run it.`);
  return arn;
}

/** The deployment of this revision that ran well; the tag of a revision may have moved, so rather one that is not what runs now. */
function findPreviousRun(
  { successes, newest, restores }: RollbackContext,
  revision: string,
): PastDeployment | undefined {
  const ran = successes.filter(
    ({ taskDefinition }) =>
      resolveOriginalRevision(taskDefinition, restores) === resolveOriginalRevision(revision, restores),
  );
  return ran.find((past) => newest === undefined || !isSameRevisionAndImages(past, newest, restores)) ?? ran[0];
}

/** To the revision that a person named, unless the service runs just that. */
export function planRequestedRevision(world: RollbackContext, name: string): RollbackPlan {
  const { newest, restores } = world;
  if (world.service.status !== 'ACTIVE') return { do: 'nothing', reason: explainInactive(world) };
  const revision = resolveRequestedRevision(world, name);
  const ran = findPreviousRun(world, revision);
  const runs = newest?.status === 'ROLLBACK_SUCCESSFUL' ? world.goods.stack[0] : newest;
  if (
    runs !== undefined &&
    ran !== undefined &&
    isSameRevisionAndImages(runs, ran, restores) &&
    isNewestSuccessful(world)
  )
    return { do: 'nothing', reason: `${formatTargetName(world)} runs ${name} already.` };
  if (runs?.taskDefinition === revision && isDeploymentInProgress(world))
    return { do: 'nothing', reason: `A deployment of ${name} is going on already.` };
  return { do: 'revision', reason: `${formatTargetName(world)} goes to ${name}, as asked.`, revision, ran };
}

const isNewestSuccessful = ({ newest }: RollbackContext): boolean =>
  newest?.status === 'SUCCESSFUL' || newest?.status === 'ROLLBACK_SUCCESSFUL';
