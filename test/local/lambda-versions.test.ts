import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { buildAccountId, region } from '../start.ts';
import { createZip } from '../zip.ts';
import { as, client, cloud, installTestFunction, invokeFunction } from './functions.ts';

const arnOf = (name: string) => `arn:aws:lambda:${region}:${buildAccountId}:function:${name}`;
const publish = (FunctionName: string) => client.send(new PublishVersionCommand({ FunctionName }));

/** Uploads code that returns `text` and its own version. */
const upload = async (FunctionName: string, text: string, more: { Publish?: boolean } = {}) => {
  const content = `export const handler = async (event, context) => ({ text: ${JSON.stringify(text)}, version: context.functionVersion, arn: context.invokedFunctionArn, colour: process.env.COLOUR });`;
  const ZipFile = await createZip({ path: 'stage.mjs', content });
  return client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, ...more }));
};

test('a published version keeps its code, variables and environments when the function is updated', async () => {
  installTestFunction('kept');
  await upload('kept', 'old', { Publish: true });
  await upload('kept', 'new');
  const Environment = { Variables: { COLOUR: 'red' } };
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'kept', Environment }));
  const old = { text: 'old', colour: 'blue', version: '1', arn: `${arnOf('kept')}:1` };
  const updated = { text: 'new', colour: 'red', version: '$LATEST' };
  expect((await invokeFunction('kept:1', {})).value).toEqual(old);
  expect((await invokeFunction('kept', {})).value).toMatchObject(updated);
  expect(await publish('kept')).toMatchObject({ Version: '2', FunctionArn: `${arnOf('kept')}:2` });
  expect((await invokeFunction('kept:2', {})).value).toEqual({ ...updated, version: '2', arn: `${arnOf('kept')}:2` });
  expect((await invokeFunction('kept:1', {})).value).toEqual(old);
});

test('an unchanged function gets no new version, and each change gets the next number', async () => {
  installTestFunction('numbers');
  const versions: (string | undefined)[] = [(await upload('numbers', 'a', { Publish: true })).Version];
  versions.push((await publish('numbers')).Version);
  versions.push((await upload('numbers', 'a', { Publish: true })).Version);
  versions.push((await upload('numbers', 'b', { Publish: true })).Version);
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'numbers', Timeout: 31 }));
  versions.push((await publish('numbers')).Version);
  await client.send(new DeleteFunctionCommand({ FunctionName: 'numbers', Qualifier: '3' }));
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'numbers', Timeout: 32 }));
  versions.push((await publish('numbers')).Version);
  expect(versions).toEqual(['1', '1', '1', '2', '3', '4']);
});

test.each([
  ['a name with a version', 'spelled:1', undefined],
  ['a name and a qualifier', 'spelled', '1'],
  ['an ARN with a version', `${arnOf('spelled')}:1`, undefined],
  ['an account and a name with a version', `${buildAccountId}:function:spelled:1`, undefined],
  ['a version twice', 'spelled:1', '1'],
])('%s names the version', async (_, FunctionName, Qualifier) => {
  installTestFunction('spelled');
  await publish('spelled');
  const asked = { FunctionName, Payload: '{"do":"nothing"}', ...(Qualifier ? { Qualifier } : {}) };
  expect(await client.send(new InvokeCommand(asked))).toMatchObject({ ExecutedVersion: '1' });
  expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))).toMatchObject({
    Version: '1',
    FunctionArn: `${arnOf('spelled')}:1`,
  });
});

test.each([
  ['a version that does not exist', 'refused:9', undefined, 'ResourceNotFoundException', `${arnOf('refused')}:9`],
  ['two different versions', 'refused:1', '2', 'InvalidParameterValueException', 'does not match'],
  ['a name that is none', 'refused:1:2', undefined, 'InvalidParameterValueException', 'refused:1:2'],
])('%s is refused', async (_, FunctionName, Qualifier, name, message) => {
  installTestFunction('refused');
  await publish('refused');
  const asked = client.send(new InvokeCommand({ FunctionName, Qualifier, Payload: '{"do":"nothing"}' }));
  await expect(asked).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test.each([
  ['name', 'lambda:InvokeFunction', arnOf('guarded'), { '': true, '1': false, $LATEST: false }],
  ['name:*', 'lambda:InvokeFunction', `${arnOf('guarded')}:*`, { '': false, '1': true, $LATEST: true }],
  ['name:1', 'lambda:InvokeFunction', `${arnOf('guarded')}:1`, { '': false, '1': true, $LATEST: false }],
  ['name*', 'lambda:InvokeFunction', `${arnOf('guarded')}*`, { '': true, '1': true, $LATEST: true }],
])('a permission for %s admits only requests with a matching qualifier', async (spelling, Action, Resource, admits) => {
  installTestFunction('guarded');
  await publish('guarded');
  const arn = `arn:aws:iam::${buildAccountId}:user/guarded-${Object.values(admits).join('-')}`;
  const caller = new LambdaClient(as(buildAccountId, arn));
  const Statement = [{ Sid: 'Only', Effect: 'Allow', Action, Resource }];
  cloud.iam.users.set(arn, { arn, policies: { only: { Version: '2012-10-17', Statement } } });
  const isAdmitted = (Qualifier: string) =>
    caller
      .send(
        new InvokeCommand({ FunctionName: 'guarded', Payload: '{"do":"nothing"}', ...(Qualifier && { Qualifier }) }),
      )
      .then(
        () => true,
        ({ name }: Error) => name !== 'AccessDeniedException',
      );
  const found = await Promise.all(Object.keys(admits).map(async (key) => [key, await isAdmitted(key)] as const));
  expect(Object.fromEntries(found), spelling).toEqual(admits);
});

test("a function's resource policy does not cover its versions", async () => {
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [
      {
        Sid: 'Rule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: arnOf('ruled'),
      },
    ],
  };
  installTestFunction('ruled', 30, { policy });
  await publish('ruled');
  const caller = { account: buildAccountId, arn: 'events.amazonaws.com' };
  const invoke = (FunctionName: string) =>
    cloud.invoke('lambda', 'Invoke', { FunctionName, InvocationType: 'DryRun', Payload: '{}' }, { caller, region });
  expect(await invoke('ruled')).toMatchObject({ StatusCode: 204 });
  await expect(invoke('ruled:1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('versions are listed after $LATEST in pages of at most 50, and ListFunctions does not list them', async () => {
  installTestFunction('many');
  for (let Timeout = 1; Timeout <= 51; Timeout += 1) {
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'many', Timeout }));
    await publish('many');
  }
  const first = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'many', MaxItems: 1000 }));
  const rest = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'many', Marker: first.NextMarker }));
  expect(first.Versions).toHaveLength(50);
  expect([first, rest].flatMap(({ Versions = [] }) => Versions.map(({ Version }) => Version))).toEqual([
    '$LATEST',
    ...Array.from({ length: 51 }, (_, index) => String(index + 1)),
  ]);
  expect(rest.NextMarker).toBeUndefined();
  const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
  expect(Functions.filter(({ FunctionName }) => FunctionName === 'many')).toHaveLength(1);
});

test('deleting a version keeps the others, and deleting the function deletes all of them', async () => {
  installTestFunction('deleted');
  await upload('deleted', 'a', { Publish: true });
  await upload('deleted', 'b', { Publish: true });
  const remaining = async () => {
    const { Versions = [] } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'deleted' }));
    return Versions.map(({ Version }) => Version);
  };
  const FunctionName = 'deleted';
  await expect(client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '$LATEST' }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }));
  expect(await remaining()).toEqual(['$LATEST', '2']);
  await client.send(new DeleteFunctionCommand({ FunctionName }));
  for (const name of ['deleted', 'deleted:2'])
    await expect(invokeFunction(name, {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test.each([
  ['UpdateFunctionCode', () => new UpdateFunctionCodeCommand({ FunctionName: 'fixed:1', ZipFile: Buffer.from('x') })],
  ['PublishVersion', () => new PublishVersionCommand({ FunctionName: 'fixed:1' })],
  [
    'UpdateFunctionConfiguration',
    () => new UpdateFunctionConfigurationCommand({ FunctionName: 'fixed:1', Timeout: 3 }),
  ],
])('%s refuses a published version', async (_, command) => {
  installTestFunction('fixed');
  await publish('fixed');
  const sent = client.send(command() as PublishVersionCommand);
  await expect(sent).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('code that is not a zip is refused, and the function keeps its code', async () => {
  installTestFunction('unzipped');
  const sent = client.send(
    new UpdateFunctionCodeCommand({ FunctionName: 'unzipped', ZipFile: Buffer.from('no zip'), Publish: true }),
  );
  await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('Could not unzip uploaded file') });
  expect((await invokeFunction('unzipped', { do: 'count' })).value).toEqual({ calls: 1 });
});

test('an invocation that runs during an update finishes with the old code, and its environment is not used again', async () => {
  installTestFunction('busy');
  await invokeFunction('busy', { do: 'count' });
  cloud.faultHooks = {
    call: (_asked, proceed) => proceed(),
    event: (_event, proceed) => proceed(),
    run: async (_ran, proceed) => {
      const running = proceed();
      await upload('busy', 'new');
      return running;
    },
  };
  const running = invokeFunction('busy', { do: 'wait', ms: 50 });
  expect((await running).value).toEqual({ calls: 2 });
  delete cloud.faultHooks;
  expect((await invokeFunction('busy', {})).value).toMatchObject({ text: 'new' });
});
