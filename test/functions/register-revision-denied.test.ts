import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerTaskDefinition } from '../../aws/ecs-task-definitions.ts';
import { testAccountId } from '../start.ts';
import { revisionArn as arn, releaseWith } from './release.ts';
import { createTargetAccount, executionArn } from './target-account.ts';

const { admin, allow } = await createTargetAccount();
const { handler } = await import('../../functions/register-revision.ts');

const registering = (execution: string, base: string) => {
  const before = { taskDefinition: arn(base), deploymentId: 'ecs-svc/1' };
  const plan = { before, baseTaskDefinition: arn(base), unchanged: false, warnings: [] };
  return handler({ execution: executionArn(execution), input: { release: releaseWith(), plan } });
};
const revisions = async (familyPrefix: string) =>
  (await admin.send(new ListTaskDefinitionsCommand({ familyPrefix }))).taskDefinitionArns;

describe('a missing permission is named, with what to do:', () => {
  const role = `arn:aws:iam::${testAccountId}:role/web-task`;
  beforeAll(async () => {
    await registerTaskDefinition(
      admin,
      { family: 'roles', taskRoleArn: role, containerDefinitions: [{ name: 'app', image: 'app:1' }] },
      [],
    );
  });
  it.each([
    ['register', 'allow it ecs:RegisterTaskDefinition on'],
    ['tag', 'allow it ecs:TagResource on'],
    ['pass', `allow it iam:PassRole on ${role}, where iam:PassedToService = ecs-tasks.amazonaws.com.`],
  ])('%s', async (without, advice) => {
    allow([without]);
    const registered = registering(`without-${without}`, 'roles:1');
    await expect(registered).rejects.toMatchObject({
      name: 'PermissionError',
      message: expect.stringContaining(advice),
    });
    expect(await revisions('roles')).toEqual([arn('roles:1')]);
  });
});
