import { change } from './change.ts';
import { putInFront } from './deployments.ts';
import { deploymentEvent, say } from './events.ts';
import { finish } from './finish.ts';
import { now } from './names.ts';
import { tasksOf } from './service-view.ts';
import type { Deployment, Ecs, EcsService, ServiceDeployment } from './state.ts';

/** Why a deployment failed, in the words of its three places: `rolloutStateReason`, service event, `statusReason`. */
export interface Cause {
  /** What begins `rolloutStateReason`, e.g. `ECS deployment circuit breaker`. */
  by: string;
  what: string;
  because: string;
  rollBack: boolean;
}

function markFailed(ecs: Ecs, failed: Deployment, { by, what }: Cause): void {
  change(failed, { rolloutState: 'FAILED', rolloutStateReason: `${by}: ${what}.`, updatedAt: now(ecs) });
  say(ecs, failed.of.service, `(deployment ${failed.id}) deployment failed: ${what}.`);
  deploymentEvent(ecs, failed, 'SERVICE_DEPLOYMENT_FAILED');
}

/** The last completed deployment comes back as a new one, which takes over those tasks of its revision that still run. */
function goBack(ecs: Ecs, failed: ServiceDeployment, cause: Cause, back: NonNullable<EcsService['completed']>): void {
  const { service } = failed;
  const reason = `Service deployment rolled back because ${cause.because}.`;
  failed.rollback = { reason, startedAt: now(ecs), revision: back.revision };
  change(failed, { status: 'ROLLBACK_IN_PROGRESS', statusReason: reason, updatedAt: now(ecs) });
  say(ecs, service, `rolling back to deployment ${back.deploymentId}.`);
  const old = service.deployments.filter((each) => each.revision === back.revision);
  const words = `${cause.by}: rolling back to deploymentId ${back.deploymentId}.`;
  const tasks = old.flatMap(tasksOf);
  service.deployments = service.deployments.filter((each) => !old.includes(each));
  const returned = putInFront(ecs, failed, back.revision, words);
  for (const task of tasks) task.deployment = returned;
}

/** Fails the service's PRIMARY deployment, and goes back where that is asked for and there is somewhere to go. */
export function fail(ecs: Ecs, primary: Deployment, cause: Cause): void {
  const { of } = primary;
  const { completed } = of.service;
  markFailed(ecs, primary, cause);
  if (of.rollback !== undefined) {
    of.statusReason = `Service deployment rollback failed because ${cause.because}.`;
    finish(ecs, of, 'ROLLBACK_FAILED');
  } else if (cause.rollBack && completed !== undefined) goBack(ecs, of, cause, completed);
  else {
    of.statusReason = `Service deployment failed because ${cause.because}.`;
    if (cause.rollBack) of.statusReason += ' No rollback candidate was found to run the rollback.';
    finish(ecs, of, 'STOPPED');
  }
}
