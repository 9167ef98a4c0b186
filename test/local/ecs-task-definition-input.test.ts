import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinition$,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../../local/aws-error.ts';
import { type JsonShape, taskDefinitionShape } from '../../local/ecs/task-definition-shape.ts';
import { ecs } from '../../local/ecs.ts';
import { region, startCloud, testAccountId } from '../start.ts';

const { as, cloud } = await startCloud(ecs);
const client = new ECSClient(as(testAccountId));
const caller = { account: testAccountId, arn: `arn:aws:iam::${testAccountId}:user/admin` };

const container = { name: 'app', image: 'nginx' };
const minimal = { family: 'web', containerDefinitions: [container] };

/** Bypasses the SDK, which converts some wrong types before it sends them. */
const register = (input: object): Promise<unknown> =>
  cloud.invoke('ecs', 'RegisterTaskDefinition', input, { caller, region });

describe('what DescribeTaskDefinition shows of a revision', () => {
  const describeRegistered = async (input: RegisterTaskDefinitionCommandInput) => {
    await client.send(new RegisterTaskDefinitionCommand(input));
    const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    return answer.taskDefinition!;
  };

  it('includes the defaults of the task and of each container', async () => {
    const described = await describeRegistered(minimal);
    expect(described).toMatchObject({ volumes: [], placementConstraints: [] });
    expect(described.containerDefinitions).toEqual([
      {
        ...container,
        cpu: 0,
        essential: true,
        environment: [],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [],
      },
    ]);
  });

  it('includes what awsvpc and a health check imply', async () => {
    const given = { ...container, portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } };
    const described = await describeRegistered({ ...minimal, networkMode: 'awsvpc', containerDefinitions: [given] });
    expect(described.containerDefinitions![0]).toMatchObject({
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
    });
  });

  it('leaves what was given as it is', async () => {
    const given = { ...container, cpu: 128, essential: true, environment: [{ name: 'A', value: '1' }] };
    const described = await describeRegistered({ ...minimal, containerDefinitions: [given] });
    expect(described.containerDefinitions![0]).toMatchObject(given);
  });
});

describe('RegisterTaskDefinition refuses a wrong JSON type', () => {
  it.each<[field: string, input: object, says: string]>([
    ['cpu', { ...minimal, cpu: 256 }, 'NUMBER_VALUE can not be converted to a String'],
    ['a container’s cpu', { ...minimal, containerDefinitions: [{ ...container, cpu: '256' }] }, 'STRING_VALUE can not'],
    ['essential', { ...minimal, containerDefinitions: [{ ...container, essential: 'true' }] }, 'to a Boolean'],
    [
      'a variable',
      { ...minimal, containerDefinitions: [{ ...container, environment: [{ name: 'A', value: 1 }] }] },
      'NUMBER_VALUE can not be converted to a String',
    ],
    ['a list', { ...minimal, containerDefinitions: { ...container } }, 'Unexpected field type'],
    ['an object', { ...minimal, runtimePlatform: 'LINUX' }, 'Unexpected field type'],
    ['a label', { ...minimal, containerDefinitions: [{ ...container, dockerLabels: { a: 1 } }] }, 'to a String'],
  ])('of %s', async (_, input, says) => {
    await expect(register(input)).rejects.toMatchObject({
      name: 'SerializationException',
      message: expect.stringContaining(says),
    } satisfies Partial<AwsError>);
  });

  it('but not a null, or any type of a field that it does not know', async () => {
    await expect(register({ ...minimal, cpu: null, somethingNew: [1, 'two'] })).resolves.toBeDefined();
  });
});

describe('RegisterTaskDefinition with the size of a Fargate task', () => {
  const fargate = (cpu?: string, memory?: string) =>
    register({ ...minimal, requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu, memory });

  it.each([
    ['256', '512'],
    ['.25 vCPU', '0.5 GB', '256', '512'],
    ['2vcpu', '16GB', '2048', '16384'],
    ['1024', '8192'],
    ['4096', '30720'],
    ['16384', '122880'],
  ])(
    'takes %s CPU with %s memory, and keeps them in CPU units and MiB',
    async (cpu, memory, units = cpu, mib = memory) => {
      await expect(fargate(cpu, memory)).resolves.toMatchObject({ taskDefinition: { cpu: units, memory: mib } });
    },
  );

  it.each([
    [undefined, '512', "Invalid 'cpu' setting for task."],
    ['300', '512', "Invalid 'cpu' setting for task."],
    ['256', undefined, 'No Fargate configuration exists for given values.'],
    ['256', '4096', 'No Fargate configuration exists for given values.'],
    ['1024', '2049', 'No Fargate configuration exists for given values.'],
    ['8192', '17408', 'No Fargate configuration exists for given values.'],
  ])('refuses %s CPU with %s memory', async (cpu, memory, message) => {
    await expect(fargate(cpu, memory)).rejects.toMatchObject({ name: 'ClientException', message });
  });

  it('takes any size for EC2', async () => {
    await expect(register({ ...minimal, requiresCompatibilities: ['EC2'], cpu: '300' })).resolves.toBeDefined();
  });
});

/** A shape of the API's model as the emulator writes it. */
function toJsonShape(schema: NormalizedSchema): JsonShape {
  if (schema.isListSchema()) return [toJsonShape(schema.getValueSchema())];
  if (schema.isMapSchema()) return { '*': toJsonShape(schema.getValueSchema()) };
  if (schema.isStructSchema())
    return Object.fromEntries(
      Object.entries(schema.getMemberSchemas()).map(([name, member]) => [name, toJsonShape(member)]),
    );
  if (schema.isNumericSchema()) return 'number';
  return schema.isBooleanSchema() ? 'boolean' : 'string';
}

it("the types that RegisterTaskDefinition checks are those of the API's model, for every field that it has", () => {
  expect(taskDefinitionShape).toEqual(toJsonShape(NormalizedSchema.of(RegisterTaskDefinition$[4])));
});
