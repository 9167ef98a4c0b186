import { describe, expect, it } from 'vitest';
import { decideRollBack } from '../../../core/rollback/method.ts';
import type { Look } from '../../../core/rollout/observation.ts';
import { history, look, newer, old, ours, revision, service } from '../rollout/facts.ts';

const before = revision('web:12');
const noHistory = { serviceDeployment: undefined };

describe('rolling back', () => {
  it.each<[when: string, look: Partial<Look>, does: string]>([
    ['the deployment is PENDING', { serviceDeployment: history({ status: 'PENDING' }) }, 'stop'],
    ['the deployment is IN_PROGRESS', {}, 'stop'],
    ['somebody asked to stop it', { serviceDeployment: history({ status: 'STOP_REQUESTED' }) }, 'stop'],
    ['it was STOPPED without a rollback', { serviceDeployment: history({ status: 'STOPPED' }) }, 'update'],
    ['ECS keeps no history of it', noHistory, 'update'],
    ['ECS rolls it back', { serviceDeployment: history({ status: 'ROLLBACK_IN_PROGRESS' }) }, 'nothing'],
    [
      'somebody else deployed since',
      { service: service({ deployments: [newer(), ours({ status: 'ACTIVE' })] }) },
      'nothing',
    ],
    [
      'the old revision is on its way back',
      { service: service({ deployments: [newer({ taskDefinition: before }), ours({ status: 'ACTIVE' })] }) },
      'nothing',
    ],
    ['the service is being deleted', { service: service({ status: 'DRAINING' }) }, 'nothing'],
    [
      'the service is back already',
      { ...noHistory, service: service({ taskDefinition: before, deployments: [old({ status: 'PRIMARY' })] }) },
      'nothing',
    ],
  ])('when %s', (_, changes, does) => {
    expect(decideRollBack(look(changes), before).do).toBe(does);
  });

  it('goes back to the revision that ran before us, and to no other', () => {
    expect(decideRollBack(look(noHistory), before)).toEqual({ do: 'update', taskDefinition: before });
  });

  it('has nowhere to go back to after a re-deployment of the same revision that ECS has given up', () => {
    expect(decideRollBack(look(noHistory), revision('web:13'))).toEqual({
      do: 'nothing',
      why: 'The service ran web:13 before, too: there is no other revision to go back to.',
    });
  });
});
