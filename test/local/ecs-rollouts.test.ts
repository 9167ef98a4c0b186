import {
  type CreateServiceCommandInput,
  DeregisterTaskDefinitionCommand,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { describe, expect, test as it } from 'vitest';
import { behaviorWith, createEcsAccount, targetGroup } from './ecs-account.ts';

const { client, create, image, readService, pass, release, revision, tasks, update } = await createEcsAccount();

const breaker = (rollback: boolean): Partial<CreateServiceCommandInput> => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

const balanced: Partial<CreateServiceCommandInput> = {
  ...breaker(true),
  loadBalancers: [{ targetGroupArn: targetGroup, containerName: 'app', containerPort: 80 }],
  healthCheckGracePeriodSeconds: 30,
};

interface Case {
  what: string;
  behavior: Record<string, unknown> | 'missing';
  service: Partial<CreateServiceCommandInput>;
  /** The status of the service deployment after ten minutes, the PRIMARY revision at that time, and its state. */
  status: ServiceDeploymentStatus;
  primary: 'old' | 'new';
  rolloutState: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS';
  stopped?: { stopCode: string; stoppedReason: RegExp; exitCode?: number };
}

const essential = { stopCode: 'EssentialContainerExited', stoppedReason: /^Essential container in task exited$/ };

const cases: Case[] = [
  {
    what: 'a healthy image',
    behavior: {},
    service: breaker(true),
    status: 'SUCCESSFUL',
    primary: 'new',
    rolloutState: 'COMPLETED',
  },
  {
    what: 'a slow image',
    behavior: { startSeconds: 90 },
    service: breaker(true),
    status: 'SUCCESSFUL',
    primary: 'new',
    rolloutState: 'COMPLETED',
  },
  {
    what: 'a crash while it starts, with a circuit breaker that rolls back',
    behavior: behaviorWith('crash', { exitCode: 3 }),
    service: breaker(true),
    status: 'ROLLBACK_SUCCESSFUL',
    primary: 'old',
    rolloutState: 'COMPLETED',
    stopped: { ...essential, exitCode: 3 },
  },
  {
    what: 'a crash while it starts, with a circuit breaker that does not roll back',
    behavior: behaviorWith('crash'),
    service: breaker(false),
    status: 'STOPPED',
    primary: 'new',
    rolloutState: 'FAILED',
    stopped: { ...essential, exitCode: 1 },
  },
  {
    what: 'a crash loop without a circuit breaker',
    behavior: behaviorWith('crash'),
    service: {},
    status: 'IN_PROGRESS',
    primary: 'new',
    rolloutState: 'IN_PROGRESS',
    stopped: { ...essential, exitCode: 1 },
  },
  {
    what: 'a crash after it was RUNNING, which no circuit breaker counts',
    behavior: behaviorWith('crash', { afterSeconds: 5 }),
    service: breaker(true),
    status: 'IN_PROGRESS',
    primary: 'new',
    rolloutState: 'IN_PROGRESS',
    stopped: { ...essential, exitCode: 1 },
  },
  {
    what: 'an image that runs out of memory',
    behavior: behaviorWith('out-of-memory'),
    service: breaker(true),
    status: 'ROLLBACK_SUCCESSFUL',
    primary: 'old',
    rolloutState: 'COMPLETED',
    stopped: { ...essential, exitCode: 137 },
  },
  {
    what: 'an image that cannot be started',
    behavior: behaviorWith('cannot-start'),
    service: breaker(true),
    status: 'ROLLBACK_SUCCESSFUL',
    primary: 'old',
    rolloutState: 'COMPLETED',
    stopped: { stopCode: 'TaskFailedToStart', stoppedReason: /^CannotStartContainerError: / },
  },
  {
    what: 'an image that is not there',
    behavior: 'missing',
    service: breaker(true),
    status: 'ROLLBACK_SUCCESSFUL',
    primary: 'old',
    rolloutState: 'COMPLETED',
    stopped: { stopCode: 'TaskFailedToStart', stoppedReason: /^CannotPullContainerError: .*web:gone: not found$/ },
  },
  {
    what: 'an image that the load balancer finds unhealthy',
    behavior: behaviorWith('unhealthy'),
    service: balanced,
    status: 'ROLLBACK_SUCCESSFUL',
    primary: 'old',
    rolloutState: 'COMPLETED',
    stopped: {
      exitCode: 0,
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: /^Task failed ELB health checks in \(target-group arn:.*\)$/,
    },
  },
];

describe('ten minutes after UpdateService, a rollout has ended as in AWS', () => {
  it.each(cases.map((each, index) => ({ ...each, name: `web-${index}` })))('with $what', async (given) => {
    const old = await revision(await image());
    await create(given.name, old, given.service);
    const uri =
      given.behavior === 'missing' ? (await image()).replace(/:[^:]*$/, ':gone') : await image(given.behavior);
    const fresh = await revision(uri);
    await update(given.name, { taskDefinition: fresh });
    await pass(600);

    const service = await readService(given.name);
    expect((await release(given.name)).status).toBe(given.status);
    expect(service.deployments![0]).toMatchObject({
      status: 'PRIMARY',
      taskDefinition: given.primary === 'old' ? old : fresh,
      rolloutState: given.rolloutState,
    });
    const dead = (await tasks(given.name, 'STOPPED')).filter((task) => task.taskDefinitionArn === fresh);
    expect(dead.map(({ stopCode }) => stopCode)[0]).toBe(given.stopped?.stopCode);
    if (given.stopped === undefined) return;
    expect(dead[0]!.stoppedReason).toMatch(given.stopped.stoppedReason);
    expect(dead[0]!.containers![0]!.exitCode).toBe(given.stopped.exitCode);
  });
});

/** botocore's `services_stable`: length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`. */
const stable = async (name: string): Promise<boolean> => {
  const { deployments, runningCount, desiredCount } = await readService(name);
  return deployments!.length === 1 && runningCount === desiredCount;
};

it('never has fewer healthy tasks than the minimum, and is stable for the waiter when it completes', async () => {
  await create('steady', await revision(await image()), breaker(true));
  expect(await stable('steady')).toBe(true);
  await update('steady', { taskDefinition: await revision(await image()) });
  expect(await stable('steady')).toBe(false);
  const running: number[] = [];
  for (let second = 0; second < 60; second += 2) {
    await pass(2);
    running.push((await readService('steady')).runningCount!);
  }
  expect(Math.min(...running)).toBe(2);
  expect(Math.max(...running)).toBe(4);
  expect(await stable('steady')).toBe(true);
  expect((await readService('steady')).events!.slice(0, 2).map(({ message }) => message)).toEqual([
    '(service steady) has reached a steady state.',
    expect.stringMatching(/^\(service steady\) \(deployment ecs-svc\/\d+\) deployment completed\.$/),
  ]);
});

it('rolls back to a revision that was deregistered meanwhile', async () => {
  const old = await revision(await image());
  await create('deregistered', old, breaker(true));
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: old }));
  await update('deregistered', { taskDefinition: await revision(await image(behaviorWith('crash'))) });
  await pass(300);
  expect((await release('deregistered')).status).toBe('ROLLBACK_SUCCESSFUL');
  expect(await readService('deregistered')).toMatchObject({ taskDefinition: old, runningCount: 2 });
});

it("gives AWS's reason for a rollback, and lists the failed deployment until its tasks have stopped", async () => {
  await create('words', await revision(await image()), breaker(true));
  const good = (await readService('words')).deployments![0]!;
  await update('words', { taskDefinition: await revision(await image(behaviorWith('crash'))) });
  const bad = (await readService('words')).deployments![0]!;
  let service = await readService('words');
  for (let second = 0; second < 300 && service.deployments![0]!.id === bad.id; second += 1) {
    await pass(1);
    service = await readService('words');
  }
  expect(
    service.deployments!.map(({ status, rolloutState, rolloutStateReason }) => [
      status,
      rolloutState,
      rolloutStateReason,
    ]),
  ).toEqual([
    ['PRIMARY', 'IN_PROGRESS', `ECS deployment circuit breaker: rolling back to deploymentId ${good.id}.`],
    ['ACTIVE', 'FAILED', 'ECS deployment circuit breaker: tasks failed to start.'],
  ]);
  expect(await release('words')).toMatchObject({
    status: 'ROLLBACK_IN_PROGRESS',
    statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    rollback: { reason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.' },
  });
});
