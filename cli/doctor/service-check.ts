import type { TargetConfig } from '../../core/config/check.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { IamRequest } from './iam-request.ts';
import { createPermissionCheck } from './permission-check.ts';

/** Creates the checks of one service, each in the session that Gantry limits to this service and to the state that calls. */
export function createServiceCheck({ stage }: SystemDeclaration, target: TargetConfig, service: ServiceSettings) {
  const { region, cluster } = target;
  const by = deploymentRoleArn(target, stage);
  return {
    sessionFor: (purpose: Parameters<typeof createSessionPolicy>[1]) =>
      createSessionPolicy({ roleArn: by, region, cluster, service: service.name }, purpose),
    check: (link: 'role' | 'ECS', what: string, asks: Omit<IamRequest, 'by' | 'region'>[]) =>
      createPermissionCheck({
        link,
        about: target.name,
        who: `the deployment role of ${target.name}`,
        what,
        asks: asks.map((ask) => ({ ...ask, by, region })),
      }),
  };
}
