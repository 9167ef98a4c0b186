import { readFileSync } from 'node:fs';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { substituteTokens } from '../infra/asl.ts';
import {
  client,
  clock,
  cloud,
  createRole,
  createTestMachine,
  readExecution,
  startMachine,
  waitDefinition,
  waitForEnd,
} from './local/state-machines.ts';

const asl = readFileSync(new URL('../state-machines/entry.asl.json', import.meta.url), 'utf8');
const role = createRole('entry', 'states', '*');

/** An entry machine of the target `test` for a shared machine. */
function createEntry(shared: string, roleArn = role): Promise<string> {
  const Executions = shared.replace(':stateMachine:', ':execution:');
  const tokens = { Partition: 'aws', Target: 'test', StateMachine: shared, Executions };
  return createTestMachine(JSON.parse(substituteTokens(asl, tokens)), roleArn);
}
const createShared = (state: object) => createTestMachine({ StartAt: 'Only', States: { Only: state } });
const echo = { Type: 'Pass', End: true };
const nestedArn = (shared: string, name: string) => `${shared.replace(':stateMachine:', ':execution:')}:test_${name}`;

describe('an entry machine', () => {
  it('starts the shared machine with its own target, under its own name, and ends with its output', async () => {
    const shared = await createShared(echo);
    const execution = await startMachine(await createEntry(shared), { service: 'web', reason: 'now' }, 'first');
    const { status, output } = await waitForEnd(execution);
    expect({ status, output: JSON.parse(output!) }).toEqual({
      status: 'SUCCEEDED',
      output: {
        service: 'web',
        reason: 'now',
        target: 'test',
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: execution,
      },
    });
    expect((await readExecution(nestedArn(shared, 'first'))).input).toBe(output);
  });

  it.each([
    ['an error with a cause', { Type: 'Fail', Error: 'JobFailed', Cause: 'It crashed.' }, 'JobFailed', 'It crashed.'],
    [
      'a longer cause than a text of an error',
      { Type: 'Fail', Error: 'E', Cause: 'c'.repeat(30_000) },
      'E',
      /^c{30000}$/,
    ],
  ])('fails as the shared execution fails, with %s', async (_, state, error, cause) => {
    const ended = await waitForEnd(
      await startMachine(await createEntry(await createShared(state)), { service: 'web' }),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
  });

  it('fails as an execution that somebody stopped', async () => {
    const shared = await createTestMachine(waitDefinition(3600));
    const execution = await startMachine(await createEntry(shared), { service: 'web' }, 'stopped');
    const executionArn = nestedArn(shared, 'stopped');
    await clock.advanceUntil(() =>
      readExecution(executionArn).then(
        () => true,
        () => false,
      ),
    );
    await client.send(new StopExecutionCommand({ executionArn }));
    expect(await waitForEnd(execution)).toMatchObject({ status: 'FAILED', error: 'ABORTED' });
  });

  it('ends as the shared execution ends, although Step Functions could not wait for it', async () => {
    const shared = await createTestMachine(waitDefinition(3600));
    const denied = createRole('entry-denied', 'states', 'events:*');
    const policies = cloud.iam.roles.get(denied)!.policies;
    const execution = await startMachine(await createEntry(shared, denied), { service: 'web' }, 'alone');
    // This entry machine cannot start the execution, because somebody else has started an execution with this name.
    await startMachine(shared, { done: true }, 'test_alone');
    cloud.iam.roles.get(denied)!.policies = {
      own: { ...policies.own!, Statement: [{ Effect: 'Allow', Action: 'states:DescribeExecution', Resource: '*' }] },
    };
    expect(await waitForEnd(execution)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
  });

  it('says why the shared execution was not started', async () => {
    const shared = await createShared(echo);
    const denied = createRole('entry-alone', 'states', 'events:*');
    const ended = await waitForEnd(await startMachine(await createEntry(shared, denied), { service: 'web' }));
    expect(ended.cause).toContain(`not authorized to perform: states:StartExecution on resource: ${shared}`);
  });

  const service = 'web';
  it.each([
    ['another target', { service, target: 'prod' }, 'names target'],
    ['its own target', { service, target: 'test' }, 'names target'],
    ['a service of another target', { target: 'prod/web' }, 'names target'],
    ['no target', { service, target: null }, 'names target'],
    ['a written-out target', { service, target: { service: 'web' } }, 'names target'],
    ['a job', { service, job: { id: 'j' } }, 'names job'],
    ['a job without an id', { service, job: null }, 'names job'],
    ['an event', { service, 'detail-type': 'CloudWatch Alarm State Change' }, 'has the field event or detail-type'],
    ['an event in a field', { event: {}, service }, 'has the field event or detail-type'],
    ['no service', { reason: 'now' }, 'names the service of the target test'],
    ['a service that is no text', { service: ['web'] }, 'names the service of the target test'],
    ['a list', [{ service }], 'names the service of the target test'],
    ['a text', 'test/web', 'names the service of the target test'],
    ['null', null, 'names the service of the target test'],
    ['a number', 0, 'names the service of the target test'],
  ])('refuses %s, and starts nothing', async (_, input, said) => {
    const shared = await createShared(echo);
    const ended = await waitForEnd(await startMachine(await createEntry(shared), input, 'refused'));
    expect(ended).toMatchObject({ error: 'ConfigurationError', cause: expect.stringContaining(said) });
    await expect(readExecution(nestedArn(shared, 'refused'))).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});
