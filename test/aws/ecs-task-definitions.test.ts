import { beforeEach, describe, expect, it } from 'vitest';
import { describeTaskDefinition, registerTaskDefinition } from '../../aws/ecs-task-definitions.ts';
import type { RawTaskDefinition } from '../../core/task-definition/raw.ts';
import { createEcsClient } from './endpoint.ts';

/** An HTTP endpoint that records requests and returns prepared answers, so that tests can compare every byte. */
const sent: { target: string; body: string; length: string; signed: boolean }[] = [];
const answers: { status?: number; body: string }[] = [];
const client = await createEcsClient(({ target, body, headers }) => {
  const { 'content-length': length = '', authorization = '' } = headers;
  sent.push({ target, body, length, signed: authorization.startsWith('AWS4-HMAC-SHA256') });
  return answers.shift() ?? { status: 500, body: '{}' };
});

/**
 * A task definition that ECS might send in the future. It has unknown fields at every depth, nulls, empty values, and numbers that JavaScript would format
 * differently.
 */
const future =
  '{"family":"web","futureTop":{"a":[null,{"b":[]},""]},"futureNull":null,"volumes":[],"taskRoleArn":"",' +
  '"big":9007199254740993,"float":1.0,"containerDefinitions":[{"name":"app","image":"é/app:1","futureField":{"deep":[[1e3]]},"cpu":0,"memory":null,"environment":[]}]}';

beforeEach(() => {
  sent.length = 0;
  answers.length = 0;
});

describe('the description of a task definition', () => {
  it('is exactly what ECS sent, with its tags', async () => {
    answers.push({ body: `{"taskDefinition":${future},"tags":[{"key":"team","value":""}],"futureBeside":1}` });
    const described = await describeTaskDefinition(client, 'web:1');
    expect(JSON.stringify(described?.taskDefinition)).toBe(future);
    expect(described?.tags).toEqual([{ key: 'team', value: '' }]);
    expect(sent).toMatchObject([
      {
        target: 'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition',
        body: '{"taskDefinition":"web:1","include":["TAGS"]}',
      },
    ]);
  });

  it('has no tags if ECS sends none', async () => {
    answers.push({ body: `{"taskDefinition":${future}}` });
    expect((await describeTaskDefinition(client, 'web:1'))?.tags).toEqual([]);
  });

  it('is the last answer if the SDK retried', async () => {
    answers.push({ status: 500, body: '{"__type":"ServerException"}' }, { body: `{"taskDefinition":${future}}` });
    expect(JSON.stringify((await describeTaskDefinition(client, 'web'))?.taskDefinition)).toBe(future);
    expect(sent).toHaveLength(2);
  });

  it('is undefined if the revision does not exist', async () => {
    answers.push({ status: 400, body: '{"__type":"ClientException","message":"Unable to describe task definition."}' });
    expect(await describeTaskDefinition(client, 'web:1')).toBeUndefined();
  });

  it.each([
    ['ClientException', 'The account is closed.'],
    ['AccessDeniedException', 'User is not authorized to perform: ecs:DescribeTaskDefinition'],
  ])('rethrows any other error of the SDK: %s', async (name, message) => {
    answers.push({ status: 400, body: JSON.stringify({ __type: name, message }) });
    await expect(describeTaskDefinition(client, 'web:1')).rejects.toMatchObject({ name, message });
  });
});

describe('the registration of a task definition', () => {
  const definition = async (): Promise<RawTaskDefinition> => {
    answers.push({ body: `{"taskDefinition":${future}}` });
    const described = await describeTaskDefinition(client, 'web:1');
    sent.length = 0;
    return described!.taskDefinition;
  };

  it('sends the definition unchanged, with a valid signature and length', async () => {
    const given = await definition();
    answers.push({ body: '{"taskDefinition":{"taskDefinitionArn":"arn:web:2"}}' });
    expect(await registerTaskDefinition(client, given, [])).toBe('arn:web:2');
    const target = 'AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition';
    expect(sent).toEqual([{ target, body: future, length: String(Buffer.byteLength(future)), signed: true }]);
  });

  it('adds the tags', async () => {
    const given = await definition();
    answers.push({ body: '{"taskDefinition":{"taskDefinitionArn":"arn:web:2"}}' });
    await registerTaskDefinition(client, given, [{ key: 'gantry:execution', value: 'x' }]);
    expect(sent[0]?.body).toBe(`${future.slice(0, -1)},"tags":[{"key":"gantry:execution","value":"x"}]}`);
  });

  it('throws if ECS does not return the revision', async () => {
    const given = await definition();
    answers.push({ body: '{}' });
    await expect(registerTaskDefinition(client, given, [])).rejects.toMatchObject({ name: 'SystemUnavailable' });
  });
});
