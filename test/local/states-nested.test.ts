import { CreateStateMachineCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import {
  client,
  clock,
  cloud,
  createRole,
  createTestMachine,
  readExecution,
  readHistory,
  startMachine,
  taskDefinition,
  waitDefinition,
  waitForEnd,
} from './state-machines.ts';

const actions = {
  start: 'states:StartExecution',
  describe: 'states:DescribeExecution',
  stop: 'states:StopExecution',
  rule: 'events:*',
};
/** A role with all permissions of a nested execution except these. */
const createRoleWithout = (...missing: (keyof typeof actions)[]): string => {
  const name = `parent${missing.map((one) => `-${one}`).join('')}`;
  const arn = createRole(name, 'states', 'none:None');
  const Action = Object.entries(actions).flatMap(([key, action]) => (missing.includes(key as never) ? [] : [action]));
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Sid: 'Own', Effect: 'Allow', Action, Resource: '*' }],
  };
  cloud.iam.roles.get(arn)!.policies = { own: policy };
  return arn;
};

const nestedName = 'the-nested-one';
const parentOf = (child: string, more: object = {}) =>
  taskDefinition('arn:aws:states:::states:startExecution.sync:2', {
    Parameters: {
      StateMachineArn: child,
      'Name.$': `States.Format('${nestedName}-{}', $$.Execution.Name)`,
      'Input.$': '$',
    },
    ...more,
  });
const passing = { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } };
const failing = { StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error: 'Broken', Cause: 'It broke.' } } };
const nestedArn = (child: string, parent: string): string =>
  `${child.replace(':stateMachine:', ':execution:')}:${nestedName}-${parent.split(':').at(-1)}`;

test('a task that starts an execution waits for its end, and has its description with the parsed output as the result', async () => {
  const child = await createTestMachine(waitDefinition(3600));
  const parent = await startMachine(await createTestMachine(parentOf(child), createRoleWithout()), { a: 1 });
  const { output, startDate, stopDate } = await waitForEnd(parent);
  expect(stopDate!.getTime() - startDate!.getTime()).toBeGreaterThanOrEqual(3_600_000);
  expect(JSON.parse(output!)).toMatchObject({
    ExecutionArn: nestedArn(child, parent),
    StateMachineArn: child,
    Status: 'SUCCEEDED',
    Input: '{"a":1}',
    Output: { a: 1 },
  });
  expect((await readHistory(parent)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('a nested execution that fails is States.TaskFailed, whose cause contains its description', async () => {
  const child = await createTestMachine(failing);
  const parent = await startMachine(await createTestMachine(parentOf(child), createRoleWithout()));
  const { status, error, cause } = await waitForEnd(parent);
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(cause!)).toMatchObject({ Status: 'FAILED', Error: 'Broken', Cause: 'It broke.' });
});

test('a name that has been used is an error of StartExecution', async () => {
  const child = await createTestMachine(failing);
  const Retry = [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }];
  const parent = await startMachine(await createTestMachine(parentOf(child, { Retry }), createRoleWithout()));
  expect(await waitForEnd(parent)).toMatchObject({ error: 'StepFunctions.ExecutionAlreadyExistsException' });
});

test.each([
  ['is stopped too', [], 'ABORTED'],
  ['continues if the role is not allowed to stop it', ['stop'], 'RUNNING'],
] as const)('if the execution that waits is stopped, the nested one %s', async (_, missing, status) => {
  const child = await createTestMachine(waitDefinition(3600));
  const parent = await startMachine(await createTestMachine(parentOf(child), createRoleWithout(...missing)));
  await clock.advanceUntil(async () => (await readHistory(parent)).some(({ type }) => type === 'TaskSubmitted'));
  await client.send(new StopExecutionCommand({ executionArn: parent }));
  await clock.advanceUntil(() => true);
  expect((await readExecution(nestedArn(child, parent))).status).toBe(status);
  expect((await readExecution(parent)).status).toBe('ABORTED');
});

test.each([
  ['start', 'states:StartExecution'],
  ['describe', 'states:DescribeExecution'],
] as const)(
  'a role that cannot %s a nested execution fails the task with the denied action',
  async (missing, action) => {
    const child = await createTestMachine(passing);
    const parent = await startMachine(await createTestMachine(parentOf(child), createRoleWithout(missing)));
    expect((await waitForEnd(parent)).cause).toContain(`not authorized to perform: ${action}`);
  },
);

test('a machine cannot be created without the permissions for the rule that Step Functions manages', async () => {
  const roleArn = createRoleWithout('rule');
  const definition = JSON.stringify(parentOf(await createTestMachine(passing)));
  await expect(
    client.send(new CreateStateMachineCommand({ name: 'unruled', definition, roleArn })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `'${roleArn}' is not authorized to create managed-rule.`,
  });
});

test('the SDK integration reads an execution, with field names in PascalCase', async () => {
  const executionArn = await startMachine(await createTestMachine(failing), {}, 'read');
  await waitForEnd(executionArn);
  const describing = (ExecutionArn: string) =>
    taskDefinition('arn:aws:states:::aws-sdk:sfn:describeExecution', { Parameters: { ExecutionArn } });
  const run = async (arn: string) =>
    waitForEnd(await startMachine(await createTestMachine(describing(arn), createRoleWithout())));
  expect(JSON.parse((await run(executionArn)).output!)).toMatchObject({ Status: 'FAILED', Error: 'Broken' });
  expect((await run(`${executionArn}-2`)).error).toBe('Sfn.ExecutionDoesNotExistException');
});
