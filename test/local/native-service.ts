import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import { createEcsAccount, targetGroup } from './ecs-account.ts';

const listener = targetGroup.replace('targetgroup/web/', 'listener-rule/app/web/');

/** A load balancer with rules for production and test traffic. */
export const balanced = {
  loadBalancers: [
    {
      targetGroupArn: targetGroup,
      containerName: 'app',
      containerPort: 8080,
      advancedConfiguration: {
        alternateTargetGroupArn: targetGroup.replace('web', 'green'),
        productionListenerRule: `${listener}/1`,
        testListenerRule: `${listener}/2`,
        roleArn: 'arn:aws:iam::222222222222:role/infrastructure',
      },
    },
  ],
};

/** The stage, the production and test weights of the new revision, and the production weight of the old revision. */
export const progressOf = ({ lifecycleStage, targetServiceRevision, sourceServiceRevisions }: ServiceDeployment) => [
  lifecycleStage,
  targetServiceRevision?.requestedProductionTrafficWeight,
  targetServiceRevision?.requestedTestTrafficWeight,
  sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight,
];

/** An account whose services have completed their first deployment as a rolling update. Afterwards the services get a strategy. */
export const createNativeAccount = async (...services: Parameters<typeof createEcsAccount>) =>
  withStrategies(await createEcsAccount(...services));

/** Adds the resources that tests of strategies need to an account. */
export function withStrategies(account: Awaited<ReturnType<typeof createEcsAccount>>) {
  const { create, image, pass, readService, release, revision, update } = account;

  /** Creates a service, and starts a deployment with the strategy; returns the ARNs of both task definitions. */
  const deploy = async (
    service: string,
    deploymentConfiguration: DeploymentConfiguration,
    behavior: Record<string, unknown> = {},
  ) => {
    const old = await revision(await image());
    await create(service, old, balanced);
    await update(service, { deploymentConfiguration });
    const fresh = await revision(await image(behavior));
    await update(service, { taskDefinition: fresh });
    return { old, fresh };
  };

  /** Polls every second until the deployment ends, for at most `seconds`. Returns each change of the progress with its time. */
  const follow = async (service: string, seconds: number) => {
    const seen: { at: number; progress: ReturnType<typeof progressOf> }[] = [];
    const arn = (await readService(service)).currentServiceDeployment!;
    for (let at = 0; at <= seconds; at += 1) {
      const current = await release(service, arn);
      if (current.finishedAt !== undefined) break;
      const progress = progressOf(current);
      if (current.status !== 'PENDING' && JSON.stringify(seen.at(-1)?.progress) !== JSON.stringify(progress))
        seen.push({ at, progress });
      await pass(1);
    }
    return seen;
  };

  /** Lets time pass until the newest deployment is at the stage. */
  const reach = async (service: string, stage: string, seconds = 600) => {
    const arn = (await readService(service)).currentServiceDeployment!;
    for (let at = 0; at < seconds; at += 1) {
      const current = await release(service, arn);
      if (current.lifecycleStage === stage) return current;
      await pass(1);
    }
    throw new Error(`${service} did not reach ${stage}`);
  };

  return { ...account, deploy, follow, reach };
}
