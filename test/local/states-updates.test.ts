import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { getFunctions } from '../../local/lambda/functions.ts';
import { publishVersion } from '../../local/lambda/versions.ts';
import {
  client,
  cloud,
  createFunction,
  createRole,
  createTestMachine,
  machineRole,
  readExecution,
  startMachine,
  taskDefinition,
  waitForEnd,
} from './state-machines.ts';

const passDefinition = (Result: string) => ({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Say' }, Say: { Type: 'Pass', Result, End: true } },
});
const update = (stateMachineArn: string, change: { definition?: object; roleArn?: string }) =>
  client.send(
    new UpdateStateMachineCommand({
      stateMachineArn,
      ...change,
      definition: change.definition && JSON.stringify(change.definition),
    }),
  );

test('a running execution keeps its definition, and the next one uses the updated one', async () => {
  const arn = await createTestMachine(passDefinition('old'));
  const running = await startMachine(arn, {});
  const { creationDate } = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  const { updateDate } = await update(arn, { definition: passDefinition('new') });
  expect(updateDate!.getTime()).toBeGreaterThanOrEqual(creationDate!.getTime());
  const next = await startMachine(arn, {});
  expect(await waitForEnd(running)).toMatchObject({ status: 'SUCCEEDED', output: '"old"' });
  expect(await waitForEnd(next)).toMatchObject({ status: 'SUCCEEDED', output: '"new"' });
  const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  expect(JSON.parse(found.definition!)).toEqual(passDefinition('new'));
  const started = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn: running }));
  expect(JSON.parse(started.definition!)).toEqual(passDefinition('old'));
});

test('a running execution keeps its role', async () => {
  const Resource = createFunction();
  const waiting = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Act' }, ...taskDefinition(Resource).States },
  };
  const arn = await createTestMachine(waiting);
  const running = await startMachine(arn, { do: 'nothing' });
  await update(arn, { roleArn: createRole('no-invocations', 'states', 'sqs:*') });
  const next = await startMachine(arn, { do: 'nothing' });
  expect((await waitForEnd(running)).status).toBe('SUCCEEDED');
  expect(await waitForEnd(next)).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
});

test('a task runs the version that its ARN names, and fails if that version was deleted', async () => {
  const latest = getFunctions(cloud).byArn.get(createFunction())!;
  const { arn: versionArn } = publishVersion(latest);
  const machine = await createTestMachine(taskDefinition(versionArn));
  const ran = await waitForEnd(await startMachine(machine, { do: 'context' }));
  expect(JSON.parse(ran.output!)).toMatchObject({ functionVersion: '1', invokedFunctionArn: versionArn });
  getFunctions(cloud).byArn.delete(versionArn);
  const failed = await waitForEnd(await startMachine(machine, { do: 'context' }));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException' });
});

test.each([
  ['nothing', {}, 'MissingRequiredParameter'],
  ['a definition with a mistake', { definition: { StartAt: 'None', States: {} } }, 'InvalidDefinition'],
  ['a role that is none', { roleArn: 'role' }, 'InvalidArn'],
])('an update with %s is refused and changes nothing', async (_, change, name) => {
  const arn = await createTestMachine(passDefinition('old'));
  await expect(update(arn, change)).rejects.toMatchObject({ name });
  const found = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  expect(JSON.parse(found.definition!)).toEqual(passDefinition('old'));
  expect(found.roleArn).toBe(machineRole);
});

test('an execution keeps its name, its history and its place in the list after an update', async () => {
  const arn = await createTestMachine(passDefinition('old'));
  const first = await startMachine(arn, { a: 1 }, 'once');
  await update(arn, { definition: passDefinition('new') });
  expect(await startMachine(arn, { a: 1 }, 'once')).toBe(first);
  await waitForEnd(first);
  await expect(startMachine(arn, { a: 1 }, 'once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(await readExecution(first)).toMatchObject({ output: '"old"' });
});
