import { createTargetEcsClient } from '../aws/ecs.ts';
import { fallBackIfDenied } from '../aws/fall-back-if-denied.ts';
import { listServiceDeployments } from '../aws/list-service-deployments.ts';
import { describeServiceDeployment } from '../aws/service-deployments.ts';
import type { Config } from '../core/config/check.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import type { ObservedService, ServiceDeployment } from '../core/rollout/observation.ts';
import { isNewestDeploymentUnfinished } from '../core/rollout/rolling-out.ts';
import { listWaitingHooks } from '../core/rollout/track-stages.ts';
import { describeHook } from './describe-hook.ts';
import { viewerSession } from './service.ts';

/** A pause hook waits for 14 days at most (pause-lifecycle-hooks in the ECS guide). In ms. */
const longestPauseMs = 15 * 24 * 3600_000;

/**
 * Reads the newest deployment of a service within the last 15 days, with the user's credentials. Undefined if there is none. An older deployment cannot be
 * waiting.
 */
export async function findNewestDeployment(target: Target, now: Date): Promise<ServiceDeployment | undefined> {
  const client = await createTargetEcsClient(target, viewerSession, now);
  const after = new Date(now.getTime() - longestPauseMs);
  const [newest] = await listServiceDeployments(client, target, { createdAt: { after } });
  const arn = newest?.serviceDeploymentArn;
  return arn === undefined ? undefined : describeServiceDeployment(client, arn);
}

/** Reads the hooks that a service's newest deployment waits for. Asks ECS only if the service is rolled out with hooks or shifts of traffic. */
export async function readWaitingHooks(
  target: Target,
  service: ObservedService,
  { now, config }: { now: Date; config: Config },
): Promise<{ waiting?: LifecycleHook[] }> {
  if (!service.shiftsTraffic || !isNewestDeploymentUnfinished(service)) return {};
  const reading = fallBackIfDenied(findNewestDeployment(target, now), undefined);
  const serviceDeployment = await reading.catch((error: unknown) => {
    throw toFailure(error, `reading the deployments of ${target.service}`);
  });
  const waiting = serviceDeployment === undefined ? [] : listWaitingHooks(serviceDeployment);
  return waiting.length === 0
    ? {}
    : { waiting: waiting.map((hook) => describeHook(hook, { config, target, serviceDeployment })) };
}
