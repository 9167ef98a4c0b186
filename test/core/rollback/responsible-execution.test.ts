import { describe, expect, it } from 'vitest';
import { listTargets } from '../../../core/config/targets.ts';
import { type DeployExecution, failedWithRollbackDisabled } from '../../../core/rollback/responsible-execution.ts';
import config from '../../../gantry.config.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute));
const input = { target: 'test/web', rollBackOnFailure: false };
const failed: DeployExecution = { arn: 'arn:deploy', status: 'FAILED', startedAt: at(0), stoppedAt: at(10), input };
const [target] = listTargets(config, 'production').filter(({ name }) => name === 'test/web');

describe('a way back is declined by the execution whose own deployment it was', () => {
  it.each<[what: string, changes: Partial<DeployExecution>, declined: boolean]>([
    ['it failed and had asked for none', {}, true],
    ['it runs still, and cares for it itself', { status: 'RUNNING', stoppedAt: undefined }, false],
    ['it succeeded: what goes wrong later is not its failure', { status: 'SUCCEEDED' }, false],
    ['it was over when the deployment began', { stoppedAt: at(4) }, false],
    ['it began later', { startedAt: at(6) }, false],
    ['it is of another service', { input: { ...input, target: 'prod/web' } }, false],
    ['it asked for a way back', { input: { ...input, rollBackOnFailure: true } }, false],
    ['its input is a mistake', { input: { ...input, target: 'nowhere' } }, false],
  ])('%s', (_, changes, declined) => {
    expect(
      failedWithRollbackDisabled({ target: target!, since: at(5) }, config, 'production')({ ...failed, ...changes }),
    ).toBe(declined);
  });
});
