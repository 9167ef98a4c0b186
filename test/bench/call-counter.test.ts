import { describe, expect, it } from 'vitest';
import { countCalls } from '../../bench/call-counter.ts';
import config from '../../bench/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { createJumpingClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';

const system = declareSystem(config, { stage: 'production', keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1' });

/** A cloud with call counts for two cells, and functions that make calls and invocations in it. */
function counting() {
  const cloud = createCloud(createJumpingClock());
  const tallyOf = countCalls({ cloud, system, config }, ['healthy-woken', 'early-woken'], (arn) =>
    arn.endsWith('/sdk'),
  );
  const { call, run } = cloud.faultHooks!;
  const ask = (arn: string, operation: string, input: unknown, trace?: string) => {
    const [service = '', name = ''] = operation.split(' ');
    return call(
      { service, operation: name, input, as: { caller: { account: '1', arn }, region: 'eu-west-1', trace } },
      async () => ({}),
    );
  };
  const invoke = (payload: unknown, act: () => Promise<unknown>) =>
    run({ name: 'wake', requestId: '7', payload: JSON.stringify(payload) }, async () => {
      await act();
      return { payload: '', failed: false, log: 'Billed Duration: 100 ms\tMemory Size: 1024 MB' };
    });
  const calls = (cell: string) => tallyOf(cell)?.calls.map(({ operation }) => operation);
  return { ask, invoke, calls, tallyOf };
}

const session = (role: string, name: string) =>
  `${role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`;
const wake = session(system.functions[0]!.role, 'wake');

describe('the calls counted for a release', () => {
  it('include the calls of a function that an event of its service invoked, even if a call names no cell', async () => {
    const { ask, invoke, calls, tallyOf } = counting();
    const event = { resources: ['arn:aws:ecs:eu-west-1:222222222222:service/bench/healthy-woken'] };
    await invoke(event, () => ask(wake, 'states SendTaskSuccess', { taskToken: 'AAAA' }, 'Root=7'));
    expect(calls('healthy-woken')).toEqual(['states SendTaskSuccess']);
    expect(calls('early-woken')).toEqual([]);
    expect(tallyOf('healthy-woken')).toMatchObject({ invocations: 1, gigabyteSeconds: 0.1 });
  });

  it('exclude calls after the invocation has ended', async () => {
    const { ask, invoke, calls } = counting();
    await invoke({ service: 'healthy-woken' }, async () => undefined);
    await ask(wake, 'states SendTaskSuccess', { taskToken: 'AAAA' }, 'Root=7');
    expect(calls('healthy-woken')).toEqual([]);
  });

  it('exclude the calls of a scheduled sweep, even if a call names the service', async () => {
    const { ask, invoke, calls, tallyOf } = counting();
    const named = { executionArn: 'arn:aws:states:eu-west-1:111111111111:execution:deploy:healthy-woken' };
    await invoke({ 'detail-type': 'Scheduled Event' }, () => ask(wake, 'states DescribeExecution', named, 'Root=7'));
    expect(calls('healthy-woken')).toEqual([]);
    expect(tallyOf('healthy-woken')).toMatchObject({ invocations: 0 });
  });

  it('include the calls of a state itself, except the one that invokes a function', async () => {
    const { ask, calls } = counting();
    const state = session(system.machine.role, 'early-woken');
    await ask(state, 'dynamodb PutItem', { TableName: 't' });
    await ask(state, 'lambda Invoke', { FunctionName: 'f' });
    expect(calls('early-woken')).toEqual(['dynamodb PutItem']);
  });

  it("exclude S3's calls to KMS with the role of the function that reads an artifact", async () => {
    const { ask, invoke, calls } = counting();
    await invoke({ pipeline: 'healthy-woken' }, async () => {
      await ask(wake, 's3 GetObject', { Bucket: 'artifacts' }, 'Root=7');
      await ask(wake, 'kms Decrypt', { CiphertextBlob: 'AAAA' }, 'Root=7');
    });
    expect(calls('healthy-woken')).toEqual(['s3 GetObject']);
  });

  it('include the calls of another deployer, and of no other user', async () => {
    const { ask, calls } = counting();
    await ask('arn:aws:iam::222222222222:user/sdk', 'ecs DescribeServices', { services: ['early-woken'] });
    await ask('arn:aws:iam::222222222222:user/admin', 'ecs DescribeServices', { services: ['early-woken'] });
    expect(calls('early-woken')).toEqual(['ecs DescribeServices']);
  });
});
