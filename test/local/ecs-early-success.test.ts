import type { DeploymentEarlySuccessCriteria } from '@aws-sdk/client-ecs';
import { describe, expect, test as it } from 'vitest';
import { behaviorWith, createEcsAccount } from './ecs-account.ts';

const { cloud, clock, create, image, readService, pass, release, revision, tasks, update } = await createEcsAccount();

const early = (criteria: Partial<DeploymentEarlySuccessCriteria>) => ({
  deploymentConfiguration: {
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    earlySuccessCriteria: {
      enable: true,
      healthyPercent: 50,
      sourceServiceRevisionCleanup: 'DEFERRED' as const,
      ...criteria,
    },
  },
});

/**
 * Returns the number of running tasks at the moment when the service's deployment completed, by deployment, newest first. Deployment 0 contains tasks that are
 * stopping.
 */
async function atCompletion(service: string): Promise<(number | undefined)[]> {
  let completed = false;
  cloud.eventListeners.push(({ resources: [arn], detail }) => {
    completed ||= arn?.endsWith(`/${service}`) === true && detail.eventName === 'SERVICE_DEPLOYMENT_COMPLETED';
  });
  await clock.advanceUntil(() => completed);
  return (await readService(service)).deployments!.map(({ runningCount }) => runningCount);
}

const deploy = async (service: string, criteria: Partial<DeploymentEarlySuccessCriteria>, desiredCount = 3) => {
  await create(service, await revision(await image()), { ...early(criteria), desiredCount });
  await update(service, { taskDefinition: await revision(await image()) });
};

describe('an early success', () => {
  it.each([
    // With at most three tasks, of which two are healthy at all times, ECS replaces the tasks one after the other.
    ['comes with its share of healthy tasks, rounded up, while the last old task still stops', {}, [2, 0]],
    [
      'waits until the old tasks have stopped if they must be cleaned up first',
      { sourceServiceRevisionCleanup: 'BLOCKING' },
      [2],
    ],
    ['comes with all tasks if it is not enabled', { enable: false }, [3]],
    ['comes with all tasks if the share is 100', { healthyPercent: 100 }, [3]],
  ] as const)('%s', async (name, criteria, expected) => {
    const service = name.replaceAll(/\W/g, '');
    await deploy(service, criteria);
    expect(await atCompletion(service)).toEqual(expected);
    expect((await release(service)).status).toBe('SUCCESSFUL');
    await pass(120);
    expect((await readService(service)).deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 3 }]);
    expect((await readService(service)).events![0]!.message).toBe(`(service ${service}) has reached a steady state.`);
  });

  it('ends the circuit breaker: a task that stops afterwards fails nothing', async () => {
    await create('late', await revision(await image()), early({}));
    await update('late', { taskDefinition: await revision(await image(behaviorWith('crash', { afterSeconds: 12 }))) });
    await pass(600);
    expect(await release('late')).toMatchObject({
      status: 'SUCCESSFUL',
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE' },
    });
    expect((await tasks('late', 'STOPPED')).length).toBeGreaterThan(3);
  });

  it.each([
    ['a share below the minimum', { healthyPercent: 49 }, /49 is below minimumHealthyPercent 50/],
    ['no share', { healthyPercent: undefined }, /needs healthyPercent/],
  ])('is refused with %s', async (_name, criteria, message) => {
    await expect(deploy('refused', criteria)).rejects.toThrow(message);
  });
});
