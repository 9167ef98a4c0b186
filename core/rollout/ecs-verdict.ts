import { alarmNames } from './alarms.ts';
import { byUs, type Finding, failed, goingOn, type RolledBackBy, stable, subject } from './finding.ts';
import { type Look, oursIn } from './observation.ts';

/** A list that may be late to show what was just made (ECS is eventually consistent) gets so long, in ms. */
const lateListMs = 60_000;

/** A stop may be seen before the newer deployment that caused it; by the next look that is listed. In ms. */
const stopSettlesMs = 30_000;

/** ECS undoes a failed deployment itself where the monitor that fired is configured to. */
function byWhom(look: Look): RolledBackBy {
  const { service, serviceDeployment } = look;
  const alarm = serviceDeployment?.alarms?.status === 'TRIGGERED';
  const breaker = serviceDeployment?.circuitBreaker?.status === 'TRIGGERED';
  const either = !alarm && !breaker;
  const undoes =
    ((alarm || either) && service.alarms.enable && service.alarms.rollback) ||
    ((breaker || either) && service.circuitBreaker.enable && service.circuitBreaker.rollback);
  return undoes ? 'ecs' : byUs(look);
}

/** A service that is deleted, or being deleted. */
export const gone = ({ service }: Look): Finding | undefined =>
  service.status === 'ACTIVE'
    ? undefined
    : failed(`The service is ${service.status} and no longer takes deployments.`, 'none');

/** Also with old tasks still running: a service may be configured to succeed before it cleans up (`earlySuccessCriteria`). */
export const succeeded = (look: Look): Finding | undefined =>
  look.serviceDeployment?.status === 'SUCCESSFUL' ? stable : undefined;

function fired({ serviceDeployment }: Look): string | undefined {
  if (serviceDeployment?.alarms?.status === 'TRIGGERED')
    return `${alarmNames(serviceDeployment.alarms.triggered)} went to ALARM`;
  if (serviceDeployment?.circuitBreaker?.status === 'TRIGGERED') return "ECS's circuit breaker stopped it";
  return undefined;
}

const because = (look: Look): string => {
  const why = fired(look);
  return why === undefined ? '' : `: ${why}`;
};

/** Everything that begins with ROLLBACK means that ours has failed, at first sight. */
export function undone(look: Look): Finding | undefined {
  switch (look.serviceDeployment?.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return failed(`${subject(look)} failed and ECS is rolling it back${because(look)}.`, 'ecs');
    case 'ROLLBACK_SUCCESSFUL':
      return failed(`${subject(look)} failed and ECS has rolled it back${because(look)}.`, 'none');
    case 'ROLLBACK_FAILED':
      return failed(`${subject(look)} failed, and so did ECS's rollback of it: the service needs a person.`, 'none');
    default:
      return undefined;
  }
}

/** A monitor fired or ECS gave up. STOPPED with it is how ECS ends a failed deployment that it does not roll back. */
export function broken(look: Look): Finding | undefined {
  const why = fired(look) ?? (oursIn(look)?.rolloutState === 'FAILED' ? 'ECS gave it up' : undefined);
  if (why === undefined) return undefined;
  const ended = look.serviceDeployment?.status === 'STOPPED';
  return failed(`${subject(look)} failed: ${why}.`, ended ? byUs(look) : byWhom(look));
}

/** Ended by hand, and nothing came after it. */
export function stopped(look: Look): Finding | undefined {
  const { serviceDeployment, now } = look;
  if (serviceDeployment?.status !== 'STOPPED') return undefined;
  const since = now.getTime() - (serviceDeployment.finishedAt?.getTime() ?? 0);
  if (since < stopSettlesMs) return goingOn;
  return failed(`${subject(look)} was stopped by somebody, and nothing newer has begun.`, 'none');
}

/** For a service that keeps no service deployments (before 25 October 2024, or behind a Classic Load Balancer) the service itself must tell. */
export function byService(look: Look): Finding | undefined {
  if (look.serviceDeployment !== undefined) return undefined;
  const ours = oursIn(look);
  if (ours === undefined) {
    if (look.now.getTime() - Date.parse(look.rollout.startedAt) < lateListMs) return goingOn;
    return failed(`${subject(look)} is gone: ECS lists neither it nor anything newer.`, 'none');
  }
  if (ours.rolloutState !== undefined) return ours.rolloutState === 'COMPLETED' ? stable : undefined;
  const { deployments, running, desired } = look.service;
  return deployments.length === 1 && running === desired ? stable : undefined;
}
