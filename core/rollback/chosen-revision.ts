import { Failure } from '../errors/failure.ts';
import { revisionName } from '../parsing/arn.ts';
import { familyOf } from '../task-definition/raw.ts';
import type { Way } from './facts.ts';
import { isActive, isGoing, titleOf, type World } from './facts.ts';
import { isSame, originOf, type Past } from './history.ts';
import { unavailable } from './rules.ts';

/** The ARN of the revision that a person named; throws a ConfigurationError where it cannot be gone to. */
function found(world: World, name: string): string {
  const { revisions, service } = world;
  const [arn] = [...revisions.keys()].filter((one) => revisionName(one) === name);
  const good = world.goods.stack.map(({ taskDefinition }) => revisionName(taskDefinition));
  const hint = good.length === 0 ? '' : ` These have run well: ${good.join(', ')}.`;
  const refuse = (what: string) => new Failure('ConfigurationError', `${what}${hint}`);
  const family = familyOf(service.taskDefinition);
  if (familyOf(name) !== family)
    throw refuse(`The revision ${name} is not of the family "${family}" that ${titleOf(world)} runs.`);
  if (arn === undefined) throw refuse(`ECS knows no revision ${name}.`);
  if (!isActive(world, arn)) throw refuse(`The revision ${name} is not ACTIVE any more, so no task can run it.`);
  return arn;
}

/** The deployment of this revision that ran well; the tag of a revision may have moved, so rather one that is not what runs now. */
function ranBefore({ successes, newest, restores }: World, revision: string): Past | undefined {
  const ran = successes.filter(
    ({ taskDefinition }) => originOf(taskDefinition, restores) === originOf(revision, restores),
  );
  return ran.find((past) => newest === undefined || !isSame(past, newest, restores)) ?? ran[0];
}

/** To the revision that a person named, unless the service runs just that. */
export function toGiven(world: World, name: string): Way {
  const { newest, restores } = world;
  if (world.service.status !== 'ACTIVE') return { do: 'nothing', reason: unavailable(world) };
  const revision = found(world, name);
  const ran = ranBefore(world, revision);
  const runs = newest?.status === 'ROLLBACK_SUCCESSFUL' ? world.goods.stack[0] : newest;
  if (runs !== undefined && ran !== undefined && isSame(runs, ran, restores) && settled(world))
    return { do: 'nothing', reason: `${titleOf(world)} runs ${name} already.` };
  if (runs?.taskDefinition === revision && isGoing(world))
    return { do: 'nothing', reason: `A deployment of ${name} is going on already.` };
  return { do: 'revision', reason: `${titleOf(world)} goes to ${name}, as asked.`, revision, ran };
}

const settled = ({ newest }: World): boolean =>
  newest?.status === 'SUCCESSFUL' || newest?.status === 'ROLLBACK_SUCCESSFUL';
