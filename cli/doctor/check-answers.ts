import type { TargetConfig } from '../../core/config/check.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import { createServiceCheck } from './service-check.ts';

/** The answers at pause hooks, if the target allows them. IAM checks them for the service and for the deployment. */
export function answerChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  if (target.pauseHooks !== 'allow') return [];
  const { sessionFor, check } = createServiceCheck(system, target, service);
  const here = `${target.cluster}/${service.name}`;
  return [
    check('ECS', `answer the pause hooks of ${service.name}`, [
      {
        session: sessionFor({ access: 'continue deployment' }),
        actions: ['ecs:DescribeServiceDeployments', 'ecs:ContinueServiceDeployment'],
        on: [`service/${here}`, `service-deployment/${here}/deployment`].map((name) => formatArn('ecs', target, name)),
      },
    ]),
  ];
}
