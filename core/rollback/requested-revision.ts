import { Failure } from '../errors/failure.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { familyOfRevision } from '../task-definition/raw.ts';
import { formatRegisteredAgain } from './choose-revision.ts';
import { isSameRevisionAndImages, type PastDeployment, resolveOriginalRevision } from './deployment-history.ts';
import type { RollbackPlan } from './facts.ts';
import { formatRollbackTargetName, isDeploymentInProgress, type RollbackContext } from './facts.ts';
import { explainInactiveService } from './skip-reason.ts';

/** Returns the ARN of the revision that a person named; throws a ConfigurationError if the service cannot be rolled back to it. */
function resolveRequestedRevision(context: RollbackContext, name: string): string {
  const { revisions, service } = context;
  const [arn] = [...revisions.keys()].filter((one) => parseRevisionName(one) === name);
  const good = context.knownGood.stack.map(({ taskDefinition }) => parseRevisionName(taskDefinition));
  const hint = good.length === 0 ? '' : ` Known good: ${good.join(', ')}.`;
  const refuse = (what: string) => new Failure('ConfigurationError', `${what}${hint}`);
  const family = familyOfRevision(service.taskDefinition);
  // A service can have moved from another family, so a revision of that one can be known good.
  if (familyOfRevision(name) !== family && !good.includes(name))
    throw refuse(
      `The revision ${name} is not of the family "${family}" that ${formatRollbackTargetName(context)} runs.`,
    );
  if (arn === undefined) throw refuse(`ECS knows no revision ${name}.`);
  return arn;
}

/** Returns a successful deployment of this revision, preferably other than the running one, since the revision's tag may have moved. */
function findPreviousRun(
  { deployments, newest, restores, knownGood }: RollbackContext,
  revision: string,
): PastDeployment | undefined {
  const successes = deployments
    .filter(({ status }) => status === 'SUCCESSFUL')
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const ran = [...successes, ...knownGood.stack].filter(
    ({ taskDefinition }) =>
      resolveOriginalRevision(taskDefinition, restores) === resolveOriginalRevision(revision, restores),
  );
  return ran.find((past) => newest === undefined || !isSameRevisionAndImages(past, newest, restores)) ?? ran[0];
}

/** Plans a rollback to the revision that a person named, unless the service already runs it. */
export function planRequestedRevision(context: RollbackContext, name: string): RollbackPlan {
  const { newest, restores } = context;
  if (context.service.status !== 'ACTIVE') return { do: 'nothing', reason: explainInactiveService(context) };
  const revision = resolveRequestedRevision(context, name);
  const ran = findPreviousRun(context, revision);
  const runs = newest?.status === 'ROLLBACK_SUCCESSFUL' ? context.knownGood.stack[0] : newest;
  if (
    runs !== undefined &&
    ran !== undefined &&
    isSameRevisionAndImages(runs, ran, restores) &&
    isNewestSuccessful(context)
  )
    return { do: 'nothing', reason: `${formatRollbackTargetName(context)} runs ${name} already.` };
  if (runs?.taskDefinition === revision && isDeploymentInProgress(context))
    return { do: 'nothing', reason: `A deployment of ${name} is going on already.` };
  const reason = `${formatRollbackTargetName(context)} rolls back to ${name}, as requested.${formatRegisteredAgain(revision, context.revisions)}`;
  return { do: 'revision', reason, revision, ran, warnings: warnIfNotKnownGood(context, revision) };
}

function warnIfNotKnownGood({ knownGood, restores }: RollbackContext, revision: string): string[] {
  const wanted = resolveOriginalRevision(revision, restores);
  if (knownGood.stack.some(({ taskDefinition }) => resolveOriginalRevision(taskDefinition, restores) === wanted))
    return [];
  return [
    `The revision ${parseRevisionName(revision)} is not known good: it never worked as far as ECS's history and Gantry's ledger reach, or it was condemned since.`,
  ];
}

const isNewestSuccessful = ({ newest }: RollbackContext): boolean =>
  newest?.status === 'SUCCESSFUL' || newest?.status === 'ROLLBACK_SUCCESSFUL';
