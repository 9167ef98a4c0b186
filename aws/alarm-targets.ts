import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { createTargetEcsClient, describeService, listDeploymentAlarms } from './ecs.ts';

/**
 * The number of services that are read in parallel. DescribeServices sustains 20 calls a second (ECS API request throttling), and each service
 * needs a session of its own.
 */
const servicesPerBatch = 10;

/** Returns the services whose own deployment configuration names the alarm. A service that the role is not allowed to read, or that is gone, is left out. */
export async function findServicesWithAlarm(
  candidates: Target[],
  alarm: string,
  { session, now }: { session: TargetSession; now: Date },
): Promise<Target[]> {
  const describe = async (target: Target) => describeService(await createTargetEcsClient(target, session, now), target);
  const named = async (target: Target): Promise<Target[]> => {
    const service = await describe(target).catch(returnUnreadable);
    return typeof service === 'object' && listDeploymentAlarms(service).includes(alarm) ? [target] : [];
  };
  const found: Target[] = [];
  for (let at = 0; at < candidates.length; at += servicesPerBatch)
    found.push(...(await Promise.all(candidates.slice(at, at + servicesPerBatch).map(named))).flat());
  return found;
}

function returnUnreadable(error: unknown): 'unreadable' {
  if (toFailure(error, 'reading a service').name === 'PermissionError') return 'unreadable';
  throw error;
}
