import type { ServiceConfig, TargetConfig } from '../../core/config/check.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { assumeRoleRequests } from './assume-by-service.ts';
import type { Check } from './check-result.ts';
import { createPermissionCheck } from './permission-check.ts';

/** Whether ECS can start the tasks of a named service and pull their image. */
export function imagePullChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceConfig): Check[] {
  const by = iamRoleArn(target, service.executionRole);
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
  const { region } = system;
  const start = createPermissionCheck({
    link: 'pull',
    about: target.name,
    who: 'ECS',
    what: `start the tasks of ${service.name} as ${service.executionRole}`,
    asks: assumeRoleRequests('ECS task execution', {
      account: target.account,
      region: target.region,
      roles: [by],
    }),
  });
  const images = system.pipelines.map(({ repository }) =>
    createPermissionCheck({
      link: 'pull',
      about: target.name,
      who: `the execution role of ${target.name}/${service.name}`,
      what: `pull from ${repository.name}`,
      asks: [
        { by, region, actions: ['ecr:GetAuthorizationToken'], on: ['*'] },
        { by, region, actions: pull, on: [repository.arn] },
      ],
    }),
  );
  return [start, ...images];
}
