import { Failure } from '../errors/failure.ts';
import type { RegisteredRevision, ReleasePlan, Rollout } from '../model/state-data.ts';
import {
  type DescribedService,
  findPrimaryDeployment,
  isPopulated,
  type PopulatedDeployment,
} from './described-service.ts';

/** What Update Service has to do: nothing, since an earlier try has done it, or send the update. */
export type UpdateDecision =
  | { do: 'nothing'; rollout: Rollout }
  | { do: 'update'; taskDefinition: string; force: boolean };

/**
 * Compares the service with the plan. Throws RevisionOutOfSync where somebody else has deployed since the plan was made:
 * our revision builds on one that no longer runs and would silently take theirs back.
 */
export function decideUpdate(
  service: DescribedService,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): UpdateDecision {
  const primary = findPrimaryDeployment(service);
  if (primary?.id === plan.before.deploymentId)
    return { do: 'update', taskDefinition: revision.taskDefinition, force: revision.same };
  const ours = findStartedDeployment(service, plan, revision);
  if (ours !== undefined) return { do: 'nothing', rollout: toRollout(ours) };
  throw new Failure(
    'RevisionOutOfSync',
    `Since this release looked at the service, somebody else has deployed ${primary?.taskDefinition ?? 'another revision'} to it ` +
      `(${primary?.id ?? 'no PRIMARY deployment'}, before: ${plan.before.taskDefinition}). Nothing was touched; release again to build on that.`,
  );
}

/** Registered for this release: no deployment but ours can be of it. One that exists already may still be running from before. */
const isNewRevision = ({ baseTaskDefinition }: ReleasePlan, { taskDefinition, same }: RegisteredRevision): boolean =>
  !same && taskDefinition !== baseTaskDefinition;

/** Our deployment where an earlier try began it: the newest, or (ECS may have rolled it back meanwhile) another of a revision that is new. */
function findStartedDeployment(
  service: DescribedService,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): PopulatedDeployment | undefined {
  const isOurs = (deployment: PopulatedDeployment | undefined): boolean =>
    deployment?.taskDefinition === revision.taskDefinition && deployment.id !== plan.before.deploymentId;
  const primary = findPrimaryDeployment(service);
  if (isOurs(primary)) return primary;
  return isNewRevision(plan, revision) ? service.deployments?.filter(isPopulated).find(isOurs) : undefined;
}

/** The rollout that UpdateService answers with: the service's newest deployment, of our revision. */
export function requireStartedRollout(
  service: DescribedService | undefined,
  plan: ReleasePlan,
  revision: RegisteredRevision,
): Rollout {
  const ours = service && findStartedDeployment(service, plan, revision);
  if (ours !== undefined) return toRollout(ours);
  throw new Failure(
    'SystemUnavailable',
    `ECS took the update to ${revision.taskDefinition}, but shows no deployment of it yet.`,
  );
}

/** The rollout that a deployment of ECS stands for. */
const toRollout = ({ id, taskDefinition, createdAt }: PopulatedDeployment): Rollout => ({
  deploymentId: id,
  taskDefinition,
  startedAt: createdAt.toISOString(),
});
