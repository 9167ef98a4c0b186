import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn, target } from './target-account.ts';

const { admin, allow, create, losing, requests, sent, service } = await createTargetAccount();
const { handler } = await import('../../functions/update-service.ts');

const arn = (revision: number) => revisionArn(`web:${revision}`);
const updating = (name: string, plan: object, revision: object) =>
  handler({
    execution: executionArn(name),
    input: {
      release: releaseWith({ target: { ...target, service: name }, images: [] }),
      plan,
      revision,
    },
  });
/** Creates a steady service for one test; returns it with the plan that was made while it was steady. */
const steady = async (name: string) => {
  const { deployments } = await create(name, 'web:1');
  requests.length = 0;
  return { before: { taskDefinition: arn(1), deploymentId: deployments![0]!.id! }, unchanged: false, warnings: [] };
};
const primaryOf = async (name: string) => (await service(name)).deployments?.find(({ status }) => status === 'PRIMARY');
const byHand = (name: string, change: object) =>
  admin.send(new UpdateServiceCommand({ cluster: 'main', service: name, ...change }));

beforeAll(async () => {
  for (const image of ['app:1', 'app:2', 'app:3'])
    await admin.send(
      new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image }] }),
    );
});
beforeEach(() => void allow());

describe('Update Service updates the service', () => {
  it('with the cluster, the service and the revision, and no other setting', async () => {
    const plan = await steady('plain');
    const rollout = await updating('plain', plan, { taskDefinition: arn(2), same: false });
    expect(sent('UpdateService')).toEqual([{ cluster: 'main', service: 'plain', taskDefinition: arn(2) }]);
    const primary = await primaryOf('plain');
    expect(rollout).toEqual({
      deploymentId: primary?.id,
      taskDefinition: arn(2),
      startedAt: primary?.createdAt?.toISOString(),
    });
    expect(rollout.deploymentId).not.toBe(plan.before.deploymentId);
  });

  it('with a forced deployment if it already runs the revision', async () => {
    const plan = await steady('forced');
    const rollout = await updating('forced', plan, { taskDefinition: arn(1), same: true });
    const change = { cluster: 'main', service: 'forced', taskDefinition: arn(1), forceNewDeployment: true };
    expect(sent('UpdateService')).toEqual([change]);
    expect(rollout).toMatchObject({ deploymentId: (await primaryOf('forced'))?.id, taskDefinition: arn(1) });
  });
});

describe('a retry', () => {
  it.each([
    ['twice-new', { taskDefinition: arn(2), same: false }],
    ['twice-forced', { taskDefinition: arn(1), same: true }],
  ])("sends nothing if the deployment is the execution's own: %s", async (name, revision) => {
    const plan = await steady(name);
    const first = await updating(name, plan, revision);
    expect(await updating(name, plan, revision)).toEqual(first);
    expect(sent('UpdateService')).toHaveLength(1);
  });

  it.each([
    ['lost-new', { taskDefinition: arn(2), same: false }],
    ['lost-forced', { taskDefinition: arn(1), same: true }],
  ])('finds the deployment whose answer was lost: %s', async (name, revision) => {
    const plan = await steady(name);
    losing.add('UpdateService');
    await expect(updating(name, plan, revision)).rejects.toMatchObject({ name: 'SystemUnavailable' });
    const begun = await primaryOf(name);
    expect((await updating(name, plan, revision)).deploymentId).toBe(begun?.id);
    expect(sent('UpdateService')).toHaveLength(1);
  });
});

describe('Update Service changes nothing', () => {
  it('if somebody else deployed meanwhile', async () => {
    const plan = await steady('raced');
    await byHand('raced', { taskDefinition: 'web:3' });
    requests.length = 0;
    await expect(updating('raced', plan, { taskDefinition: arn(2), same: false })).rejects.toMatchObject({
      name: 'RevisionOutOfSync',
      message: expect.stringContaining(' of web:3 began at '),
    });
    expect(sent('UpdateService')).toEqual([]);
  });

  it('if somebody else deployed meanwhile and the revision to roll back to still drains from before', async () => {
    await steady('drains');
    await byHand('drains', { taskDefinition: 'web:2' });
    const before = { taskDefinition: arn(2), deploymentId: (await primaryOf('drains'))!.id! };
    await byHand('drains', { taskDefinition: 'web:3' });
    requests.length = 0;
    const plan = { before, baseTaskDefinition: arn(1), unchanged: false, warnings: [] };
    await expect(updating('drains', plan, { taskDefinition: arn(1), same: false })).rejects.toMatchObject({
      name: 'RevisionOutOfSync',
      message: expect.stringContaining(' of web:3 began at '),
    });
    expect(sent('UpdateService')).toEqual([]);
  });

  it('if the service was deleted meanwhile', async () => {
    const plan = await steady('kept');
    await expect(updating('deleted', plan, { taskDefinition: arn(2), same: false })).rejects.toMatchObject({
      name: 'RevisionOutOfSync',
    });
  });

  it('if the role is not allowed to update the service', async () => {
    const plan = await steady('denied');
    allow(['service']);
    await expect(updating('denied', plan, { taskDefinition: arn(2), same: false })).rejects.toMatchObject({
      name: 'PermissionError',
    });
    expect((await primaryOf('denied'))?.id).toBe(plan.before.deploymentId);
  });

  it('if ECS refuses the revision', async () => {
    const plan = await steady('refused');
    await expect(updating('refused', plan, { taskDefinition: arn(99), same: false })).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('ECS refused to update the service refused'),
    });
  });
});
