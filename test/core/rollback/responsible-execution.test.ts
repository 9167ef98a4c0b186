import { describe, expect, it } from 'vitest';
import { listTargets } from '../../../core/config/targets.ts';
import { createDeclinedRollbackCheck, type DeployExecution } from '../../../core/rollback/responsible-execution.ts';
import config from '../../../infra/config.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute));
const input = { target: 'test/web', rollBackOnFailure: false };
const failed: DeployExecution = {
  arn: 'arn:deploy',
  status: 'FAILED',
  startedAt: at(0),
  stoppedAt: at(10),
  request: input,
};
const [target] = listTargets(config, 'production').filter(({ name }) => name === 'test/web');

describe('an execution declined the rollback of its own deployment if', () => {
  it.each<[what: string, changes: Partial<DeployExecution>, declined: boolean]>([
    ['it failed and had requested no rollback', {}, true],
    ['it still runs, and is responsible for the deployment itself', { status: 'RUNNING', stoppedAt: undefined }, false],
    ['not if it succeeded, because a later problem is not its failure', { status: 'SUCCEEDED' }, false],
    ['not if it had ended when the deployment began', { stoppedAt: at(4) }, false],
    ['not if it began later', { startedAt: at(6) }, false],
    ['not if it is for another service', { request: { ...input, target: 'prod/web' } }, false],
    ['not if it requested a rollback', { request: { ...input, rollBackOnFailure: true } }, false],
    ['not if its input is not valid', { request: { ...input, target: 'nowhere' } }, false],
  ])('%s', (_, changes, declined) => {
    expect(
      createDeclinedRollbackCheck({ target: target!, since: at(5) }, config, 'production')({ ...failed, ...changes }),
    ).toBe(declined);
  });
});
