import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test as it } from 'vitest';
import { ecs } from '../../local/ecs.ts';
import { region, startCloud, testAccountId } from '../start.ts';

const { as, cloud } = await startCloud(ecs);
const client = new ECSClient(as(testAccountId));
const admin = { caller: { account: testAccountId, arn: `arn:aws:iam::${testAccountId}:user/admin` }, region };
const prefix = `arn:aws:ecs:${region}:${testAccountId}:task-definition`;

const register = (family: string, more: object = {}) =>
  client.send(
    new RegisterTaskDefinitionCommand({ family, containerDefinitions: [{ name: 'app', image: 'nginx' }], ...more }),
  );

const describe = (taskDefinition: string) => client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));

/** Sends the input like a raw client: the SDK drops every field that it does not know. */
const raw = (operation: string, input: unknown) => cloud.invoke('ecs', operation, input, admin);

it('keeps unknown fields at every depth, and null, empty lists and empty texts unchanged', async () => {
  const body = {
    family: 'future',
    fieldOfTomorrow: { deep: [{ deeper: null }] },
    volumes: [],
    cpu: '',
    taskRoleArn: null,
    containerDefinitions: [
      { name: 'app', image: 'nginx', essential: null, portMappings: [], newToggle: false, healthCheck: { novel: 1 } },
    ],
  };
  await raw('RegisterTaskDefinition', body);
  expect(await raw('DescribeTaskDefinition', { taskDefinition: 'future' })).toMatchObject({ taskDefinition: body });
});

it('numbers the revisions of a family, and adds output-only fields', async () => {
  await register('numbered');
  const { taskDefinition } = await register('numbered', { networkMode: 'awsvpc' });
  expect(taskDefinition).toMatchObject({
    taskDefinitionArn: `${prefix}/numbered:2`,
    revision: 2,
    status: 'ACTIVE',
    compatibilities: ['EC2', 'FARGATE'],
    registeredBy: `arn:aws:iam::${testAccountId}:user/admin`,
    registeredAt: new Date(cloud.clock.now()),
  });
});

it.each([
  ['the family', 'found', 'found:2'],
  ['family:revision', 'found:1', 'found:1'],
  ['the ARN', `${prefix}/found:1`, 'found:1'],
  ['a deregistered revision', 'found:3', 'found:3'],
])('describes by %s', async (_, reference, expected) => {
  if ((await describe('found').catch(() => undefined)) === undefined) {
    for (let count = 0; count < 3; count += 1) await register('found');
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'found:3' }));
  }
  expect((await describe(reference)).taskDefinition!.taskDefinitionArn).toBe(`${prefix}/${expected}`);
});

it.each([['nobody'], ['found:99'], [`arn:aws:ecs:${region}:111111111111:task-definition/found:1`]])(
  'does not describe %s',
  async (reference) => {
    await expect(describe(reference)).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    });
  },
);

it.each([
  ['an output-only field', { revision: 3 }, 'InvalidParameterException', /"revision"/],
  ['a reserved tag', { tags: [{ key: 'aws:ecs', value: '1' }] }, 'InvalidParameterException', /aws:/],
  [
    'two containers of one name',
    { containerDefinitions: ['a', 'a'].map((name) => ({ name, image: 'nginx' })) },
    'ClientException',
    /duplicate container names/,
  ],
])('refuses %s', async (_, more, name, message) => {
  const containerDefinitions = [{ name: 'app', image: 'nginx' }];
  const refused = raw('RegisterTaskDefinition', { family: 'refused', containerDefinitions, ...more });
  await expect(refused).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

it('lists the revisions of one family by status, in pages', async () => {
  for (let count = 0; count < 3; count += 1) await register('listed');
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'listed:1' }));
  const list = (more: object) => client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'listed', ...more }));
  const first = await list({ sort: 'DESC', maxResults: 1 });
  expect(first.taskDefinitionArns).toEqual([`${prefix}/listed:3`]);
  expect((await list({ sort: 'DESC', maxResults: 1, nextToken: first.nextToken })).taskDefinitionArns).toEqual([
    `${prefix}/listed:2`,
  ]);
  expect((await list({ status: 'INACTIVE' })).taskDefinitionArns).toEqual([`${prefix}/listed:1`]);
});

it('keeps tags with the revision and returns them on request', async () => {
  const { taskDefinition } = await register('tagged', { tags: [{ key: 'by', value: 'gantry' }] });
  const resourceArn = taskDefinition!.taskDefinitionArn!;
  expect((await describe('tagged')).tags).toBeUndefined();
  await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'team', value: 'a' }] }));
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([
    { key: 'by', value: 'gantry' },
    { key: 'team', value: 'a' },
  ]);
});

it('requires permission to register, to tag and to pass the roles', async () => {
  const arn = `arn:aws:iam::${testAccountId}:role/deployer`;
  const allow = (Action: string, Resource: string, Condition: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    Condition,
  });
  const passed = `arn:aws:iam::${testAccountId}:role/task`;
  const statements = [
    allow('ecs:RegisterTaskDefinition', `${prefix}/asked:*`),
    allow('ecs:TagResource', `${prefix}/asked:*`, {
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    }),
    allow('iam:PassRole', passed, { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
  ];
  const tryWith = async (Statement: typeof statements) => {
    const policy = { Version: '2012-10-17' as const, Statement };
    cloud.iam.roles.set(arn, { arn, trust: { ...policy, Statement: [] }, policies: { deploy: policy } });
    const input = {
      family: 'asked',
      taskRoleArn: passed,
      tags: [{ key: 'by', value: 'gantry' }],
      containerDefinitions: [{ name: 'app', image: 'nginx' }],
    };
    return cloud.invoke('ecs', 'RegisterTaskDefinition', input, { caller: cloud.iam.session(arn, 'job'), region });
  };
  for (const missing of statements)
    await expect(tryWith(statements.filter((each) => each !== missing))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(missing.Action),
    });
  await expect(tryWith(statements)).resolves.toMatchObject({ taskDefinition: { revision: 1 } });
});
