import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { states } from '../../local/states.ts';
import { giveRole } from '../local/pipeline.ts';
import { buildAccountId } from '../start.ts';
import { createLedgerTable } from './ledger-table.ts';

const aws = await createLedgerTable(states);
const machines = new SFNClient(aws.as(buildAccountId));
const roleArn = `arn:aws:iam::${buildAccountId}:role/machine`;
const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } });

let handler: (event: unknown, context: unknown) => Promise<unknown>;

beforeAll(async () => {
  giveRole(aws.cloud, roleArn, { Version: '2012-10-17', Statement: [] });
  ({ handler } = (await import('../../functions/wake.ts')) as unknown as { handler: typeof handler });
});

let machineCount = 0;

/** Creates a new machine for rollbacks, and returns how many rollbacks these events start. */
async function countRollbacks(events: object[]): Promise<number> {
  machineCount += 1;
  const { stateMachineArn } = await machines.send(
    new CreateStateMachineCommand({ name: `rollback-${machineCount}`, definition, roleArn }),
  );
  process.env.ROLLBACK_MACHINE_ARN = stateMachineArn!;
  for (const event of events) await handler(event, {});
  return (await machines.send(new ListExecutionsCommand({ stateMachineArn }))).executions!.length;
}

const failed = (id: string, more: object = {}, detail: object = {}) => ({
  version: '0',
  id,
  'detail-type': 'ECS Deployment State Change',
  source: 'aws.ecs',
  account: '222222222222',
  time: '2026-11-23T09:12:31Z',
  region: 'eu-west-1',
  resources: ['arn:aws:ecs:eu-west-1:222222222222:service/web-shop/web'],
  detail: {
    eventType: 'ERROR',
    eventName: 'SERVICE_DEPLOYMENT_FAILED',
    deploymentId: 'ecs-svc/5571206644391750831',
    updatedAt: '2026-11-23T09:12:31Z',
    reason: 'ECS deployment circuit breaker: tasks failed to start.',
    ...detail,
  },
  ...more,
});
const another = { resources: ['arn:aws:ecs:eu-west-1:222222222222:service/somebody/web'] };

describe('a failed deployment that no execution watches', () => {
  it.each([
    ['one rollback for one event', [failed('a')], 1],
    ['one rollback for an event that is delivered twice', [failed('a'), failed('a')], 1],
    ['two rollbacks for two deployments', [failed('a'), failed('b', {}, { deploymentId: 'ecs-svc/2' })], 2],
    // After a rollback by the circuit breaker, PRIMARY has the id of an earlier deployment again. This deployment can fail again.
    ['two rollbacks for two failures of a deployment whose id ECS uses again', [failed('a'), failed('b')], 2],
    ['no rollback for a service of somebody else', [failed('a', another)], 0],
    ['no rollback for an account of somebody else', [failed('a', { account: '999999999999' })], 0],
    [
      'no rollback for a deployment that completed',
      [failed('a', {}, { eventName: 'SERVICE_DEPLOYMENT_COMPLETED' })],
      0,
    ],
  ])('starts %s', async (_, events, expected) => {
    expect(await countRollbacks(events)).toBe(expected);
  });
});
