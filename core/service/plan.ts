import { Failure } from '../errors/failure.ts';
import type { Plan } from '../model/states.ts';
import { carries } from '../task-definition/images.ts';
import type { Limits } from '../task-definition/limits.ts';
import { arnOf, type Described, familyOf } from '../task-definition/raw.ts';
import { alarmsToWatch, alarmWarnings } from './alarms.ts';
import type { TargetFacts } from './problems.ts';
import { problemsOf, title } from './problems.ts';
import { isSteady, type Known, primaryOf, type ServiceFound } from './state.ts';

/** The facts of a target that can be deployed to. */
interface Deployable extends TargetFacts {
  service: ServiceFound;
  base: Described;
}

const isDeployable = (facts: TargetFacts): facts is Deployable =>
  typeof facts.service === 'object' && typeof facts.base === 'object' && !(facts.base instanceof Failure);

/** The plan that follows from the facts. `limits`: what a file of the artifact may ask for. Throws one ConfigurationError that says all that is wrong. */
export function planFor(facts: TargetFacts, limits: Limits): Plan {
  const again = isDeployable(facts) && changesNothing(facts) && !isUnchanged(facts);
  const problems = problemsOf(facts, { again, limits });
  if (problems.length > 0) throw new Failure('ConfigurationError', problems.join(' '));
  const primary = isDeployable(facts) ? primaryOf(facts.service) : undefined;
  if (primary === undefined || !isDeployable(facts))
    throw new Failure('SystemUnavailable', `${title(facts.release.target)} has no PRIMARY deployment at the moment.`);
  const { release, base } = facts;
  return {
    before: { taskDefinition: primary.taskDefinition, deploymentId: primary.id },
    ...(release.base.from === 'file' ? {} : { baseTaskDefinition: arnOf(base) }),
    unchanged: isUnchanged(facts),
    alarms: alarmsToWatch(facts.alarms),
    warnings: warnings(facts, primary),
  };
}

/** The revision to build on has these images already, so it can be deployed as it is. */
const changesNothing = ({ release, base }: Deployable): boolean =>
  release.base.from !== 'file' && carries(base.taskDefinition, release.images);

const isPinned = ({ pinned }: { pinned: string }): boolean => /@sha256:[0-9a-f]{64}$/.test(pinned);

/** A tag may stand for another image by now, so only digests tell that what runs is what was asked for. No images means: what runs, once more. */
const isUnchanged = (facts: Deployable): boolean =>
  !facts.release.force &&
  facts.release.images.length > 0 &&
  facts.release.images.every(isPinned) &&
  changesNothing(facts) &&
  arnOf(facts.base) === facts.service.taskDefinition &&
  isSteady(facts.service);

function warnings({ release, service, base, alarms }: Deployable, { id, taskDefinition }: Known): string[] {
  const family = familyOf(taskDefinition);
  const busy = (service.deployments?.length ?? 1) > 1;
  return [
    ...(busy ? [`An earlier deployment, ${id} of ${taskDefinition}, is not finished; this one replaces it.`] : []),
    ...(service.desiredCount === 0
      ? [`${title(release.target)} wants 0 tasks, so no task will prove the images.`]
      : []),
    ...(base.taskDefinition.family === family
      ? []
      : [`The service moves from the family '${family}' to '${base.taskDefinition.family}'.`]),
    ...alarmWarnings(alarms),
  ];
}
