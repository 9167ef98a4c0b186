import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { createTargetAccount, executionArn, target } from '../functions/target-account.ts';
import { buildAccountId, testAccountId } from '../start.ts';

const { admin, cloud, create, clock } = await createTargetAccount();
const { assumeTargetRole: assume } = await import('../../aws/sts.ts');
const { createTargetEcsClient: ecsOf } = await import('../../aws/ecs.ts');

const trust = (statement: object) => ({
  Version: '2012-10-17' as const,
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` },
      Action: 'sts:AssumeRole',
      ...statement,
    },
  ],
});
const everything = {
  Version: '2012-10-17' as const,
  Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }],
};
const trusting = (statement: object = {}) =>
  cloud.iam.roles.set(target.roleArn, { arn: target.roleArn, trust: trust(statement), policies: { everything } });
/** The session of a state for an execution with this name. */
const sessionOf = (name: string, access: 'check target' | 'update service' | 'watch rollout' = 'update service') => ({
  execution: executionArn(name),
  access,
});
const registering = (name: string) => ({
  execution: executionArn(name),
  access: 'register revision' as const,
  family: 'web',
});
const now = () => new Date(clock.now());
const assumed = () => cloud.authorizations.filter(({ action }) => action === 'sts:AssumeRole').length;

beforeAll(async () => {
  const containerDefinitions = [{ name: 'app', image: 'app:1' }];
  await admin.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  await create('web', 'web:1');
  await create('other', 'web:1');
});
beforeEach(() => void trusting());

/** Accepts any command, because the commands of a table have no common type for `send`. */
type Command = DescribeServicesCommand & DeleteServiceCommand;

describe('a session of the target’s role', () => {
  it.each(['plain', 'half'])(
    'is created for the longest names and many roles if STS accepts session policies of the length %s',
    async (answer) => {
      cloud.answers = selectAnswers({ id: 'packed-policy-size', answer });
      const long = { ...target, cluster: 'c'.repeat(255), service: 's'.repeat(255) };
      const passRoles = Array.from({ length: 50 }, (_, at) => `${'r'.repeat(60)}${at}`);
      const purpose = { access: 'start task' as const, family: 'f'.repeat(255), passRoles };
      const session = { execution: executionArn(`packed-${answer}`), ...purpose };
      expect((await assume(long, session, now())).accessKeyId).toMatch(/^ASIA/);
      cloud.answers = selectAnswers();
    },
  );

  it('is named after the execution', async () => {
    const client = await ecsOf(target, sessionOf('0f8fad5b-d9cb-469f-a165-70867728950e'), now());
    await client.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
    expect(cloud.authorizations.at(-1)?.principal).toContain(
      'assumed-role/test-deployment/0f8fad5b-d9cb-469f-a165-70867728950e',
    );
  });

  const may = new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'app', image: 'x' }] });
  it.each([
    ['describe its service', sessionOf('may'), new DescribeServicesCommand({ cluster: 'main', services: ['web'] })],
    [
      'update it',
      sessionOf('may'),
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web:1' }),
    ],
    [
      'list its tasks',
      sessionOf('may', 'watch rollout'),
      new ListTasksCommand({ cluster: 'main', serviceName: 'web' }),
    ],
    [
      'describe a revision',
      sessionOf('may', 'check target'),
      new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1', include: ['TAGS'] }),
    ],
    ['register one', registering('may'), may],
    [
      'register one with tags',
      registering('may'),
      new RegisterTaskDefinitionCommand({ ...may.input, tags: [{ key: 'a', value: 'b' }] }),
    ],
  ])('is allowed to %s', async (_, session, command) => {
    const client = await ecsOf(target, session, now());
    await expect(client.send(command as Command)).resolves.toBeDefined();
  });

  it.each([
    [
      'another service',
      sessionOf('may-not'),
      new UpdateServiceCommand({ cluster: 'main', service: 'other', taskDefinition: 'web:1' }),
    ],
    ['a deletion', sessionOf('may-not'), new DeleteServiceCommand({ cluster: 'main', service: 'web', force: true })],
    [
      'its service, in a session of another state',
      sessionOf('may-not', 'check target'),
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web:1' }),
    ],
    [
      'a revision of another family',
      registering('may-not'),
      new RegisterTaskDefinitionCommand({ ...may.input, family: 'web2' }),
      // The embedded AWS names the wrong policy for a resource that ends with a wildcard.
      'ecs:RegisterTaskDefinition on resource: arn:aws:ecs:eu-west-1:222222222222:task-definition/web2:*',
    ],
    ['a deregistration', registering('may-not'), new DeregisterTaskDefinitionCommand({ taskDefinition: 'web:1' })],
  ])('is not allowed, although its role is: %s', async (_, session, command, because = 'no session policy allows') => {
    const client = await ecsOf(target, session, now());
    await expect(client.send(command as Command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(because),
    });
  });
});

describe('credentials', () => {
  it('are reused for the execution until five minutes before they expire', async () => {
    const execution = sessionOf('kept');
    const first = await assume(target, execution, now());
    const before = assumed();
    const at = (minutes: number) => new Date(first.expiration.getTime() + minutes * 60_000);
    expect(await assume(target, execution, at(-5.01))).toBe(first);
    expect(assumed()).toBe(before);
    expect(await assume(target, execution, at(-5))).not.toBe(first);
    expect(assumed()).toBe(before + 1);
  });

  it.each([
    ['execution', target, 'two'],
    ['service', { ...target, service: 'other' }, 'one'],
    ['external id', { ...target, externalId: 'partner-7' }, 'one'],
  ])('are not shared with another %s', async (_, other, name) => {
    const one = await assume(target, sessionOf('one'), now());
    expect((await assume(other, sessionOf(name), now())).accessKeyId).not.toBe(one.accessKeyId);
  });

  it('are used by one client for many calls', async () => {
    const [first, second] = [
      await ecsOf(target, sessionOf('client'), now()),
      await ecsOf(target, sessionOf('client'), now()),
    ];
    expect(first).toBe(second);
    expect(first).toBeInstanceOf(ECSClient);
  });
});

describe('a role that cannot be assumed', () => {
  const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'partner-7' } } };
  const refused = (given: object, name: string) => assume({ ...target, ...given }, sessionOf(name), now());

  it.each([
    ['does not exist', {}, { roleArn: `arn:aws:iam::${testAccountId}:role/missing` }],
    ['does not trust the caller', { Principal: { AWS: 'arn:aws:iam::444444444444:root' } }, {}],
    ['requires an external id', condition, {}],
    ['requires another external id', condition, { externalId: 'partner-8' }],
  ])('throws a PermissionError that names every possible cause: it %s', async (name, statement, given) => {
    trusting(statement);
    const { roleArn } = { ...target, ...given };
    const message = await refused(given, name).then(
      () => 'assumed',
      (error) => `${error.name} ${error.message}`,
    );
    expect(message).toMatch(
      /^PermissionError The role arn.* cannot be assumed\. Check that the role exists; .*trust policy.*external id.*sts:AssumeRole on it\. AWS said: /,
    );
    expect(message).toContain(`is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  });

  it('can be assumed with the right external id', async () => {
    trusting(condition);
    await expect(refused({ externalId: 'partner-7' }, 'id')).resolves.toHaveProperty('sessionToken');
  });

  it('a role in the build account itself can be assumed', async () => {
    const roleArn = `arn:aws:iam::${buildAccountId}:role/deployment`;
    cloud.iam.roles.set(roleArn, { arn: roleArn, trust: trust({}), policies: { everything } });
    await expect(refused({ roleArn }, 'own')).resolves.toHaveProperty('accessKeyId');
  });
});
