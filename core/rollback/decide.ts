import { revisionName } from '../parsing/arn.ts';
import { toGiven } from './chosen-revision.ts';
import type { Way } from './facts.ts';
import { isActive, isGoing, primaryOf, type RollbackFacts, titleOf, type World, worldOf } from './facts.ts';
import { olderThan, type Past } from './history.ts';
import { ruledOut } from './rules.ts';

const nothing = (reason: string): Way => ({ do: 'nothing', reason });

/** While it is going on, ECS's own way back is the shortest: the tasks of before still run. */
function stop(world: World, newest: Past): Way {
  const [back] = world.goods.stack;
  if (back === undefined) return nothing(noneLeft(world, []));
  const reason = `Deployment ${primaryOf(world)?.id ?? newest.arn} of ${revisionName(newest.taskDefinition)} is to be stopped, which brings ${revisionName(back.taskDefinition)} back.`;
  return { do: 'stop', reason, serviceDeploymentArn: newest.arn, back: back.taskDefinition };
}

const noneLeft = (world: RollbackFacts, inactive: Past[]): string => {
  const gone = inactive.map(({ taskDefinition }) => revisionName(taskDefinition)).join(', ');
  return `There is no good revision to go back to: of ${titleOf(world)} ECS knows no earlier deployment that was SUCCESSFUL${gone === '' ? '' : ` with a revision that is still ACTIVE (${gone} ${inactive.length === 1 ? 'is' : 'are'} not)`}.`;
};

/** What the service runs: ECS's own rollback has put it on the newest good revision. */
const current = ({ newest, goods }: World): Past | undefined =>
  newest?.status === 'ROLLBACK_SUCCESSFUL' ? goods.stack[0] : newest;

function toLastGood(world: World): Way {
  const runs = current(world);
  const older = runs === undefined ? [] : olderThan(runs, world.goods, world.restores);
  const at = older.findIndex(({ taskDefinition }) => isActive(world, taskDefinition));
  const good = older[at];
  if (good === undefined) return nothing(noneLeft(world, older));
  const skipped =
    at === 0
      ? ''
      : ` (${older
          .slice(0, at)
          .map(({ taskDefinition }) => revisionName(taskDefinition))
          .join(', ')} cannot run any more)`;
  const reason = `${titleOf(world)} goes back to ${revisionName(good.taskDefinition)}, the newest good revision before ${revisionName(runs?.taskDefinition ?? 'the one that runs')}${skipped}.`;
  return { do: 'revision', reason, revision: good.taskDefinition, ran: good };
}

function wayFrom(world: World): Way {
  if (world.cause.kind === 'hand' && world.cause.revision !== undefined) return toGiven(world, world.cause.revision);
  const out = ruledOut(world);
  if (out !== undefined) return nothing(out);
  const { newest } = world;
  return newest !== undefined && isGoing(world) ? stop(world, newest) : toLastGood(world);
}

const causeOf = ({ cause }: RollbackFacts): string => {
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
export function decideRollback(facts: RollbackFacts): Way {
  const way = wayFrom(worldOf(facts));
  return { ...way, reason: `${causeOf(facts)} ${way.reason}` };
}
