import {
  ContinueServiceDeploymentCommand,
  type DeploymentLifecycleHook,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, describe, expect, test as it } from 'vitest';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { installFunction, stopFunctions } from '../../local/lambda/functions.ts';
import { lambda } from '../../local/lambda.ts';
import { logs } from '../../local/logs.ts';
import { region, testAccountId } from '../start.ts';
import { createNativeAccount, progressOf } from './native-service.ts';

const { client, cloud, deploy, pass, reach, readService, release } = await createNativeAccount(lambda, logs);
afterAll(() => stopFunctions(cloud));

const events: EventBridgeEvent[] = [];
cloud.eventListeners.push((event) => {
  if (event['detail-type'] === 'ECS Hook State Change') events.push(event);
});
const payloads: Record<string, unknown>[] = [];
cloud.faultHooks = {
  call: (_, proceed) => proceed(),
  event: (_, proceed) => proceed(),
  run: ({ payload }, proceed) => {
    payloads.push(JSON.parse(payload));
    return proceed();
  },
};
afterEach(() => {
  events.length = 0;
  payloads.length = 0;
});

const invoker = `arn:aws:iam::${testAccountId}:role/hook-invoker`;
const statement = (more: object) => ({ Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow', ...more }] });
const trustOf = (Service: string) => statement({ Principal: { Service }, Action: 'sts:AssumeRole' });
cloud.iam.roles.set(invoker, {
  arn: invoker,
  trust: trustOf('ecs.amazonaws.com'),
  policies: { invoke: statement({ Action: 'lambda:InvokeFunction', Resource: '*' }) },
});
const functionRole = `arn:aws:iam::${testAccountId}:role/hook`;
cloud.iam.roles.set(functionRole, { arn: functionRole, trust: trustOf('lambda.amazonaws.com'), policies: {} });
const hookTargetArn = installFunction(cloud, {
  name: 'hook',
  account: testAccountId,
  region,
  file: `${import.meta.dirname}/fixtures/hook.mjs`,
  handler: 'hook.handler',
  environment: {},
  roleArn: functionRole,
  timeoutSeconds: 10,
  memoryMb: 256,
});

type Stages = DeploymentLifecycleHook['lifecycleStages'];
const pauseAt = (lifecycleStages: Stages, timeoutConfiguration = {}): DeploymentLifecycleHook => ({
  targetType: 'PAUSE',
  lifecycleStages,
  timeoutConfiguration,
});
const functionAt = (lifecycleStages: Stages, answers: unknown[], more: DeploymentLifecycleHook = {}) => ({
  hookTargetArn,
  roleArn: invoker,
  lifecycleStages,
  hookDetails: JSON.parse(JSON.stringify({ answers })),
  ...more,
});
const withHooks = (...lifecycleHooks: DeploymentLifecycleHook[]) => ({
  strategy: 'BLUE_GREEN' as const,
  bakeTimeInMinutes: 0,
  lifecycleHooks,
});

const waitingHooks = async (service: string): Promise<string[]> =>
  ((await release(service)).lifecycleHookDetails ?? []).flatMap(({ hookId, status }) =>
    status === 'AWAITING_ACTION' ? hookId! : [],
  );

const proceed = async (service: string, hookId: string, action?: 'CONTINUE' | 'ROLLBACK') =>
  client.send(
    new ContinueServiceDeploymentCommand({
      serviceDeploymentArn: (await readService(service)).currentServiceDeployment,
      hookId,
      ...(action && { action }),
    }),
  );

const eventNames = () => events.map(({ detail }) => detail.eventName);

describe('a pause hook', () => {
  it('stops the deployment at its stage until somebody continues it', async () => {
    await deploy('paused', withHooks(pauseAt(['POST_TEST_TRAFFIC_SHIFT'], { timeoutInMinutes: 90 })));
    const paused = await reach('paused', 'POST_TEST_TRAFFIC_SHIFT');
    const [hook] = paused.lifecycleHookDetails!;
    expect(hook).toMatchObject({ targetType: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' });
    expect(Math.round((hook!.expiresAt!.getTime() - cloud.clock.now()) / 60_000)).toBe(90);
    const { serviceDeploymentArn, serviceArn } = paused;
    expect(events).toMatchObject([
      {
        resources: [serviceDeploymentArn],
        detail: {
          eventName: 'HOOK_AWAITING_ACTION',
          hookId: hook!.hookId,
          hookType: 'PAUSE',
          lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
          serviceArn,
          serviceDeploymentArn,
        },
      },
    ]);
    await pass(3600);
    expect(progressOf(await release('paused'))).toEqual(['POST_TEST_TRAFFIC_SHIFT', 0, 100, 100]);
    await proceed('paused', hook!.hookId!);
    await pass(120);
    expect(await release('paused')).toMatchObject({
      status: 'SUCCESSFUL',
      lifecycleHookDetails: [{ hookId: hook!.hookId, status: 'SUCCEEDED' }],
    });
    expect(eventNames()).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_SUCCEEDED']);
  });

  it('rolls back on request', async () => {
    await deploy('declined', withHooks(pauseAt(['POST_PRODUCTION_TRAFFIC_SHIFT'])));
    await reach('declined', 'POST_PRODUCTION_TRAFFIC_SHIFT');
    await proceed('declined', (await waitingHooks('declined'))[0]!, 'ROLLBACK');
    await pass(60);
    const ended = await release('declined');
    expect(ended).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', lifecycleHookDetails: [{ status: 'FAILED' }] });
    expect(progressOf(ended)).toEqual(['POST_PRODUCTION_TRAFFIC_SHIFT', 0, 0, 100]);
    expect(eventNames()).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_FAILED']);
  });

  it.each([
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
    ['CONTINUE', 'SUCCESSFUL'],
  ] as const)('that nobody continues ends with its time-out action: %s', async (action, status) => {
    const service = `expired-${action}`;
    await deploy(service, withHooks(pauseAt(['PRE_SCALE_UP'], { timeoutInMinutes: 10, action })));
    await pass(590);
    expect((await release(service)).status).toBe('IN_PROGRESS');
    await pass(180);
    expect(await release(service)).toMatchObject({ status, lifecycleHookDetails: [{ status: 'TIMED_OUT' }] });
    expect(eventNames()).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_TIMED_OUT']);
  });

  it('waits for 24 hours by default, and for longer than a stage may last if it says so', async () => {
    await deploy('patient', withHooks(pauseAt(['PRE_SCALE_UP'], { timeoutInMinutes: 20_160 })));
    await deploy('default', withHooks(pauseAt(['PRE_SCALE_UP'])));
    await pass(24 * 3600 - 60);
    expect((await release('default')).status).toBe('IN_PROGRESS');
    for (let day = 0; day < 12; day += 1) await pass(24 * 3600);
    expect((await release('default')).status).toBe('ROLLBACK_SUCCESSFUL');
    expect((await release('patient')).status).toBe('IN_PROGRESS');
  });

  it('before the production traffic pauses each step of a linear deployment, with a new id', async () => {
    await deploy('steps', {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
      lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT'])],
    });
    const seen: [string, number][] = [];
    for (let step = 0; step < 2; step += 1) {
      const { targetServiceRevision } = await reach('steps', 'PRE_PRODUCTION_TRAFFIC_SHIFT');
      const [hookId] = await waitingHooks('steps');
      seen.push([hookId!, targetServiceRevision!.requestedProductionTrafficWeight!]);
      await proceed('steps', hookId!);
      await reach('steps', step === 0 ? 'PRODUCTION_TRAFFIC_SHIFT' : 'CLEAN_UP');
    }
    expect(seen.map(([, weight]) => weight)).toEqual([0, 50]);
    expect(new Set(seen.map(([hookId]) => hookId)).size).toBe(2);
  });

  it('next to another one needs both to be continued, and one of them is enough for a rollback', async () => {
    const both = withHooks(pauseAt(['PRE_SCALE_UP']), pauseAt(['PRE_SCALE_UP']));
    await deploy('pair', both);
    await reach('pair', 'PRE_SCALE_UP');
    const [first, second] = await waitingHooks('pair');
    await proceed('pair', first!);
    await pass(60);
    expect(await waitingHooks('pair')).toEqual([second]);
    expect((await release('pair')).lifecycleStage).toBe('PRE_SCALE_UP');
    await proceed('pair', second!, 'ROLLBACK');
    await pass(10);
    expect((await release('pair')).status).toBe('ROLLBACK_SUCCESSFUL');
  });
});

describe('ContinueServiceDeployment is refused', () => {
  it('for an unknown hook, a hook that was continued, and a deployment that ends', async () => {
    const name = 'InvalidParameterException';
    await deploy('refused', withHooks(pauseAt(['PRE_SCALE_UP', 'POST_SCALE_UP'])));
    await reach('refused', 'PRE_SCALE_UP');
    const [hookId] = await waitingHooks('refused');
    await expect(proceed('refused', 'ecs-pause-none')).rejects.toMatchObject({ name });
    await proceed('refused', hookId!);
    await expect(proceed('refused', hookId!)).rejects.toMatchObject({ name });
    await reach('refused', 'POST_SCALE_UP');
    const [later] = await waitingHooks('refused');
    const { currentServiceDeployment: serviceDeploymentArn } = await readService('refused');
    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    await expect(proceed('refused', later!)).rejects.toMatchObject({ name });
  });

  it('for an unknown deployment', async () => {
    const serviceDeploymentArn = `arn:aws:ecs:${region}:${testAccountId}:service-deployment/test/none/x`;
    const unknown = client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: 'x' }));
    await expect(unknown).rejects.toMatchObject({ name: 'ServiceDeploymentNotFoundException' });
  });
});

describe('a function as a hook', () => {
  const later = (callBackDelay?: number) => ({ hookStatus: 'IN_PROGRESS', ...(callBackDelay && { callBackDelay }) });
  const succeeded = { hookStatus: 'SUCCEEDED' };

  it.each([
    ['succeeds', [succeeded], 'SUCCESSFUL', 0],
    ['fails', [{ hookStatus: 'FAILED' }], 'ROLLBACK_SUCCESSFUL', 0],
    ['throws', ['throw'], 'ROLLBACK_SUCCESSFUL', 0],
    ['returns no status', [{}], 'ROLLBACK_SUCCESSFUL', 0],
    ['returns null', [null], 'ROLLBACK_SUCCESSFUL', 0],
    ['succeeds at the third call', [later(), later(), succeeded], 'SUCCESSFUL', 60],
    ['succeeds at the second call, after a longer delay', [later(200), succeeded], 'SUCCESSFUL', 200],
    ['fails at the second call', [later(), { hookStatus: 'FAILED' }], 'ROLLBACK_SUCCESSFUL', 30],
  ])('that %s', async (name, answers, status, seconds) => {
    const service = name.replaceAll(/\W/g, '-');
    await deploy(service, withHooks(functionAt(['PRE_SCALE_UP'], answers)));
    const since = cloud.clock.now();
    await pass(400);
    const ended = await release(service);
    expect(ended.status).toBe(status);
    const last = events.at(-1)!;
    expect(last.detail.eventName).toBe(status === 'SUCCESSFUL' ? 'HOOK_SUCCEEDED' : 'HOOK_FAILED');
    expect(Math.round((Date.parse(String(last.detail.updatedAt)) - since) / 1000 - 1)).toBe(seconds);
    expect(payloads).toHaveLength(answers.length);
  });

  it.each([
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
    ['CONTINUE', 'SUCCESSFUL'],
  ] as const)('that never ends is followed by its time-out action: %s', async (action, status) => {
    const hook = functionAt(['PRE_SCALE_UP'], [later()], { timeoutConfiguration: { timeoutInMinutes: 2, action } });
    await deploy(`never-${action}`, withHooks(hook));
    await pass(240);
    expect(await release(`never-${action}`)).toMatchObject({ status, lifecycleHookDetails: [{ status: 'TIMED_OUT' }] });
  });

  it('without a role that ECS can assume fails', async () => {
    await deploy('roleless', withHooks({ ...functionAt(['PRE_SCALE_UP'], [succeeded]), roleArn: functionRole }));
    await pass(30);
    expect((await release('roleless')).status).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('gets the weights of its stage, and is invoked again when the traffic goes back', async () => {
    const hooks = [functionAt(['PRODUCTION_TRAFFIC_SHIFT'], [succeeded]), pauseAt(['POST_PRODUCTION_TRAFFIC_SHIFT'])];
    await deploy('weights', withHooks(...hooks));
    await reach('weights', 'POST_PRODUCTION_TRAFFIC_SHIFT');
    const { targetServiceRevision, sourceServiceRevisions, serviceDeploymentArn } = await release('weights');
    const green = targetServiceRevision!.arn!;
    const blue = sourceServiceRevisions![0]!.arn!;
    const [hookId] = await waitingHooks('weights');
    await proceed('weights', hookId!, 'ROLLBACK');
    await pass(30);
    expect(payloads).toMatchObject([
      {
        lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
        resourceArn: serviceDeploymentArn,
        executionDetails: { targetServiceRevisionArn: green, productionTrafficWeights: { [green]: 100, [blue]: 0 } },
      },
      { executionDetails: { targetServiceRevisionArn: green, productionTrafficWeights: { [blue]: 100 } } },
    ]);
  });
});
