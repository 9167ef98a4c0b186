import { revisionName } from '../parsing/arn.ts';
import { findOlderKnownGood, type PastDeployment } from './deployment-history.ts';
import type { RollbackPlan } from './facts.ts';
import {
  createRollbackContext,
  formatTargetName,
  isDeploymentInProgress,
  isRevisionActive,
  primaryDeploymentOf,
  type RollbackContext,
  type RollbackFacts,
} from './facts.ts';
import { planRequestedRevision } from './requested-revision.ts';
import { findSkipReason } from './skip-rules.ts';

const planNothing = (reason: string): RollbackPlan => ({ do: 'nothing', reason });

/** While it is going on, ECS's own way back is the shortest: the tasks of before still run. */
function planStop(world: RollbackContext, newest: PastDeployment): RollbackPlan {
  const [back] = world.goods.stack;
  if (back === undefined) return planNothing(formatNoKnownGood(world, []));
  const reason = `Deployment ${primaryDeploymentOf(world)?.id ?? newest.arn} of ${revisionName(newest.taskDefinition)} is to be stopped, which brings ${revisionName(back.taskDefinition)} back.`;
  return { do: 'stop', reason, serviceDeploymentArn: newest.arn, back: back.taskDefinition };
}

const formatNoKnownGood = (world: RollbackFacts, inactive: PastDeployment[]): string => {
  const gone = inactive.map(({ taskDefinition }) => revisionName(taskDefinition)).join(', ');
  return `There is no good revision to go back to: of ${formatTargetName(world)} ECS knows no earlier deployment that was SUCCESSFUL${gone === '' ? '' : ` with a revision that is still ACTIVE (${gone} ${inactive.length === 1 ? 'is' : 'are'} not)`}.`;
};

/** What the service runs: ECS's own rollback has put it on the newest good revision. */
const findRunningRevision = ({ newest, goods }: RollbackContext): PastDeployment | undefined =>
  newest?.status === 'ROLLBACK_SUCCESSFUL' ? goods.stack[0] : newest;

function planLastKnownGood(world: RollbackContext): RollbackPlan {
  const runs = findRunningRevision(world);
  const older = runs === undefined ? [] : findOlderKnownGood(runs, world.goods, world.restores);
  const at = older.findIndex(({ taskDefinition }) => isRevisionActive(world, taskDefinition));
  const good = older[at];
  if (good === undefined) return planNothing(formatNoKnownGood(world, older));
  const skipped =
    at === 0
      ? ''
      : ` (${older
          .slice(0, at)
          .map(({ taskDefinition }) => revisionName(taskDefinition))
          .join(', ')} cannot run any more)`;
  const reason = `${formatTargetName(world)} goes back to ${revisionName(good.taskDefinition)}, the newest good revision before ${revisionName(runs?.taskDefinition ?? 'the one that runs')}${skipped}.`;
  return { do: 'revision', reason, revision: good.taskDefinition, ran: good };
}

function choosePlan(world: RollbackContext): RollbackPlan {
  if (world.cause.kind === 'hand' && world.cause.revision !== undefined)
    return planRequestedRevision(world, world.cause.revision);
  const out = findSkipReason(world);
  if (out !== undefined) return planNothing(out);
  const { newest } = world;
  return newest !== undefined && isDeploymentInProgress(world) ? planStop(world, newest) : planLastKnownGood(world);
}

const formatCause = ({ cause }: RollbackFacts): string => {
  switch (cause.kind) {
    case 'hand':
      return `Asked for by ${cause.by ?? 'hand'}${cause.reason === undefined ? '' : `: "${cause.reason}"`}.`;
    case 'failed deployment':
      return `Deployment ${cause.deploymentId} failed.`;
    case 'alarm':
      return `The alarm ${cause.name} went off at ${cause.at.toISOString()}${cause.reason === '' ? '' : ` (${cause.reason.replace(/\.$/, '')})`}.`;
  }
};

/**
 * How to go back, by facts alone. By hand and without a revision: to the newest good one before the one that runs, however that came to run.
 * By an event: to the newest good one before the deployment that is at fault, once. Throws a ConfigurationError for what a person got wrong.
 */
export function decideRollback(facts: RollbackFacts): RollbackPlan {
  const way = choosePlan(createRollbackContext(facts));
  return { ...way, reason: `${formatCause(facts)} ${way.reason}` };
}
