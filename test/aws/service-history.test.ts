import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { describeService } from '../../aws/ecs.ts';
import { stopServiceDeployment } from '../../aws/ecs-deployments.ts';
import { listServiceDeployments } from '../../aws/list-service-deployments.ts';
import { findServiceDeploymentArn } from '../../aws/service-deployments.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import { behaviorWith, createEcsAccount } from '../local/ecs-account.ts';
import { testAccountId } from '../start.ts';

const { as, clock, cloud, create, image, readService, release, revision, update } = await createEcsAccount();
const client = new ECSClient(as(testAccountId));
const target = { name: 'test/web', roleArn: '', region: 'eu-west-1', cluster: 'test', service: 'many' };
await create('many', await revision(await image()));

describe.each(Object.keys(assumptions['list-order'].answers))('a history listed %s', (answer) => {
  it('is read over all pages, the newest first, and has our deployment by its number', async () => {
    cloud.answers = selectAnswers({ id: 'list-order', answer });
    let primary = (await readService('many')).deployments!.find(({ status }) => status === 'PRIMARY')!;
    for (let count = 0; count < 110; count += 1)
      primary = (await update('many', { forceNewDeployment: true })).deployments!.find(
        ({ status }) => status === 'PRIMARY',
      )!;
    const listed = await listServiceDeployments(client, target, {});
    expect(listed.length).toBeGreaterThan(110);
    const number = primary.id!.split('/')[1]!;
    const rollout = {
      deploymentId: primary.id!,
      taskDefinition: primary.taskDefinition!,
      startedAt: primary.createdAt!.toISOString(),
    };
    const arn = await findServiceDeploymentArn(client, target, rollout);
    const found = listed.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
    expect(found?.targetServiceRevisionArn?.endsWith(`/${number}`)).toBe(true);
    cloud.answers = selectAnswers();
  });
});

it.each(Object.keys(assumptions['service-revision'].answers))(
  'a service is on the revision that ECS restores, as soon as ECS rolls back, if the service itself names the %s one',
  async (answer) => {
    cloud.answers = selectAnswers({ id: 'service-revision', answer });
    const service = `rolled-back-${answer}`;
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const good = await revision(await image());
    await create(service, good, { deploymentConfiguration });
    await update(service, { taskDefinition: await revision(await image(behaviorWith('crash'))) });
    await clock.advanceUntil(async () => (await release(service)).rollback !== undefined);
    expect(await describeService(client, { ...target, service })).toMatchObject({ taskDefinition: good });
    cloud.answers = selectAnswers();
  },
);

it.each(Object.keys(assumptions['stop-ended'].answers))(
  'takes a deployment that has ended as stopped already, if ECS answers %s',
  async (answer) => {
    cloud.answers = selectAnswers({ id: 'stop-ended', answer });
    await create(answer, await revision(await image()));
    const { serviceDeploymentArn, status } = await release(answer);
    expect(status).toBe('SUCCESSFUL');
    expect(await stopServiceDeployment(client, serviceDeploymentArn!)).toBe(false);
  },
);
