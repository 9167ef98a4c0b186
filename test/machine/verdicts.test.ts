import { describe, expect, it } from 'vitest';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { type ImageBehavior, type ReleaseSystem, startReleaseSystem } from './release-system.ts';

const dies = { then: 'crash', exitCode: 3 };
const diesLater = { then: 'crash', afterSeconds: 4, exitCode: 3 };
const breaker = (enable: boolean, rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback } },
});

interface Case {
  name: string;
  behavior: ImageBehavior;
  /** The service's settings, changed before the release. */
  settings?: Record<string, unknown>;
  more?: Record<string, unknown>;
  /** Words of the message. */
  says: string[];
  /** Maximum simulated minutes until the verdict. */
  within: number;
  /** Whether the service is back on the previous revision. */
  back: boolean;
}

const failures: Case[] = [
  {
    name: 'tasks that die before they run, where ECS rolls back',
    behavior: dies,
    settings: breaker(true, true),
    says: ['ECS', 'rolled', 'exited with code 3'],
    within: 5,
    back: true,
  },
  {
    name: 'tasks that die before they run, where the circuit breaker does not roll back',
    behavior: dies,
    settings: breaker(true, false),
    says: ['exited with code 3'],
    within: 5,
    back: true,
  },
  {
    name: 'tasks that die again and again, with no circuit breaker',
    behavior: diesLater,
    settings: breaker(false, false),
    says: ['does not stay up', 'exited with code 3'],
    within: 4,
    back: true,
  },
  {
    name: 'a container that runs out of memory',
    behavior: { then: 'out-of-memory', afterSeconds: 3 },
    settings: breaker(false, false),
    says: ['OutOfMemory'],
    within: 4,
    back: true,
  },
  {
    name: 'tasks that the load balancer finds unhealthy',
    behavior: { then: 'unhealthy' },
    settings: breaker(false, false),
    says: ['health check'],
    within: 6,
    back: true,
  },
  {
    name: 'tasks that do not start before the deadline',
    behavior: { startSeconds: 3600 },
    more: { timeoutMinutes: 2 },
    says: ['was not stable at its deadline', '0 of 2 tasks of '],
    within: 5,
    back: true,
  },
  {
    name: 'a failure that is to be left as it is',
    behavior: diesLater,
    settings: breaker(false, false),
    more: { rollBackOnFailure: false },
    says: ['does not stay up'],
    within: 4,
    back: false,
  },
];

describe('the whole state machine', () => {
  it('releases a healthy image, and reports which revision and digest the service runs', async () => {
    const environment = await startReleaseSystem();
    const { taskDefinition: before } = await environment.service();
    const done = await environment.release(await environment.push('good', { then: 'healthy' }));
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
    const after = await environment.service();
    expect(after.taskDefinition).not.toBe(before);
    expect(done.output.report.message).toContain(after.taskDefinition.split('/').at(-1));
    expect(done.output.report.message).toMatch(/app=\S+@sha256:[0-9a-f]{64}/);
  });

  it.each(failures)('fails at $name', async ({ behavior, settings, more, says, within, back }) => {
    const environment = await startReleaseSystem();
    if (settings !== undefined)
      await environment.testAccount('ecs', 'UpdateService', { cluster: 'web-shop', service: 'web', ...settings });
    const { taskDefinition: before } = await environment.service();
    const began = environment.clock.now();
    const done = await environment.release(await environment.push('bad', behavior), more);
    expect(done.status).toBe('FAILED');
    expect(done.error).toBe('JobFailed');
    for (const words of says) expect(done.cause).toContain(words);
    expect((environment.clock.now() - began) / 60_000).toBeLessThanOrEqual(within);
    const { taskDefinition: after } = await environment.service();
    expect(after === before).toBe(back);
  });

  it('changes nothing if the image does not exist', async () => {
    const environment = await startReleaseSystem();
    const before = await environment.service();
    const done = await environment.release(`${getFirstPipeline(environment.system).repository.uri}:nowhere`);
    expect(done).toMatchObject({ status: 'FAILED', error: 'ConfigurationError' });
    expect(done.cause).toContain('nowhere');
    expect(await environment.service()).toEqual(before);
  });

  it('reports at once that there is nothing to do if the image runs already', async () => {
    const environment = await startReleaseSystem();
    const image = await environment.push('good', { then: 'healthy' });
    await environment.release(image);
    const { deployments } = await environment.service();
    const began = environment.clock.now();
    const done = await environment.release(image);
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    expect(done.output.report.message).toMatch(/unchanged|already/i);
    expect(environment.clock.now()).toBe(began);
    expect((await environment.service()).deployments).toEqual(deployments);
  });

  it('redeploys the running revision on a manual request', async () => {
    const environment = await startReleaseSystem();
    const { taskDefinition, deployments } = await environment.service();
    const done = await environment.end(await environment.begin({ target: 'test/web' }));
    expect(done.status).toBe('SUCCEEDED');
    const after = await environment.service();
    expect(after.taskDefinition).toBe(taskDefinition);
    expect(after.deployments[0]!.id).not.toBe(deployments[0]!.id);
  });
});

/** Begins a release, and starts another deployment in the middle of it. */
async function overtaken(environment: ReleaseSystem, images: (ours: string) => Promise<string>): Promise<string> {
  const ours = await environment.push('ours', { startSeconds: 60 });
  const arn = await environment.begin({ target: 'test/web', images: [{ name: 'app', imageUri: ours }] });
  const { taskDefinition: before } = await environment.service();
  const { taskDefinition } = await environment.waitUntil(
    () => environment.service(),
    (now) => now.taskDefinition !== before,
  );
  const { taskDefinition: base } = (await environment.testAccount('ecs', 'DescribeTaskDefinition', {
    taskDefinition,
  })) as {
    taskDefinition: { family: string; containerDefinitions: { image: string }[]; executionRoleArn: string };
  };
  const [container] = base.containerDefinitions;
  const containerDefinitions = [{ ...container, image: await images(container!.image) }];
  const { family, executionRoleArn } = base;
  const more = { networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '512', memory: '1024' };
  await environment.testAccount('ecs', 'RegisterTaskDefinition', {
    family,
    executionRoleArn,
    containerDefinitions,
    ...more,
  });
  await environment.testAccount('ecs', 'UpdateService', {
    cluster: 'web-shop',
    service: 'web',
    taskDefinition: family,
  });
  return arn;
}

describe('a release that another deployment supersedes', () => {
  it('ends as superseded, names the other deployment and reverts nothing', async () => {
    const environment = await startReleaseSystem();
    const arn = await overtaken(environment, () => environment.push('theirs', { then: 'healthy' }));
    const done = await environment.end(arn);
    expect(done).toMatchObject({ status: 'FAILED', error: 'RevisionOutOfSync' });
    const after = await environment.steady();
    expect(done.cause).toContain(after.taskDefinition.split('/').at(-1));
    expect(done.cause).toContain(after.deployments[0]!.id);
  });

  it('follows the other deployment if it has the same images', async () => {
    const environment = await startReleaseSystem();
    const done = await environment.end(await overtaken(environment, async (ours) => ours));
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { report: { type: 'Succeeded' } } });
    const after = await environment.service();
    expect(done.output.report.message).toContain(after.taskDefinition.split('/').at(-1));
  });
});
