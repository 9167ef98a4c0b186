import { z } from 'zod';
import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import type { Administrator } from '../local/run/accounts.ts';

const servicesSchema = z.object({
  services: z.tuple([
    z.object({
      taskDefinition: z.string(),
      runningCount: z.number(),
      desiredCount: z.number(),
      deployments: z.array(
        z.object({ status: z.string(), rolloutState: z.string().optional(), taskDefinition: z.string() }),
      ),
    }),
  ]),
});

const taskDefinitionSchema = z.object({
  taskDefinition: z.object({ containerDefinitions: z.array(z.object({ name: z.string(), image: z.string() })) }),
});

const deploymentListSchema = z.object({ serviceDeployments: z.array(z.object({ status: z.string() })) });

/** A deployment that shifts traffic has no `rolloutState` (botocore ecs `Deployment`), so the history decides. */
async function readRolloutFromHistory(admin: Administrator, cluster: string, service: string): Promise<string> {
  const listed = deploymentListSchema.parse(await admin('ecs', 'ListServiceDeployments', { cluster, service }));
  const isOver = listed.serviceDeployments.every(({ status }) =>
    /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL)$/.test(status),
  );
  return isOver ? 'COMPLETED' : 'IN_PROGRESS';
}

/** Returns the state of a service, and the images of the revision that it runs. */
export async function readServiceView(admin: Administrator, target: TargetConfig, { name }: ServiceConfig) {
  const described = await admin('ecs', 'DescribeServices', { cluster: target.cluster, services: [name] });
  const [found] = servicesSchema.parse(described).services;
  const { taskDefinition } = taskDefinitionSchema.parse(
    await admin('ecs', 'DescribeTaskDefinition', { taskDefinition: found.taskDefinition }),
  );
  const shown = found.deployments.find(({ status }) => status === 'PRIMARY')?.rolloutState;
  const rollout = shown ?? (await readRolloutFromHistory(admin, target.cluster, name));
  return {
    account: target.account,
    cluster: target.cluster,
    name,
    taskDefinition: found.taskDefinition,
    images: taskDefinition.containerDefinitions,
    rollout,
    steady: found.deployments.length === 1 && found.runningCount === found.desiredCount && rollout === 'COMPLETED',
  };
}

export type ServiceView = Awaited<ReturnType<typeof readServiceView>>;
