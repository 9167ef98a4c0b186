import type { Service } from '@aws-sdk/client-ecs';
import type { ObservedServiceAndAlarmNames } from '../core/board/observations.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import { parseResourceName } from '../core/parsing/arn.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { describeServiceGroup } from './alarm-targets.ts';
import { listDeploymentAlarms } from './ecs.ts';
import { toObservedService } from './ecs-deployments.ts';

const toObservation = (service: Service | undefined): ObservedServiceAndAlarmNames => ({
  service: toObservedService(service ?? 'no service'),
  alarmNames: service === undefined ? [] : listDeploymentAlarms(service),
});

/**
 * Describes up to ten services of one cluster with one call, in the order in which they are given. Throws a PermissionError if the caller is not allowed to
 * read one of the services.
 */
export async function readServiceGroup(
  group: Target[],
  by: { session: TargetSession; now: Date },
): Promise<ObservedServiceAndAlarmNames[]> {
  const names = group.map(({ service }) => parseResourceName(service));
  const found = await describeServiceGroup(group, by).catch((error: unknown) => {
    throw toFailure(error, `reading the services ${names.join(', ')}`);
  });
  return names.map((name) => toObservation(found.find(({ serviceName }) => serviceName === name)));
}
