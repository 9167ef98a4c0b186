import { describe, expect, it } from 'vitest';
import { decideRollbackAction } from '../../../core/rollback/action.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import {
  newerDeployment,
  ourDeployment,
  previousDeployment,
  revisionArn,
  rolloutObservation,
  serviceDeployment,
  serviceWith,
} from '../rollout/facts.ts';

const before = revisionArn('web:12');
const noHistory = { serviceDeployment: undefined };

describe('rolling back', () => {
  it.each<[when: string, look: Partial<RolloutObservation>, does: string]>([
    ['the deployment is PENDING', { serviceDeployment: serviceDeployment({ status: 'PENDING' }) }, 'stop'],
    ['the deployment is IN_PROGRESS', {}, 'stop'],
    ['somebody asked to stop it', { serviceDeployment: serviceDeployment({ status: 'STOP_REQUESTED' }) }, 'stop'],
    ['it was STOPPED without a rollback', { serviceDeployment: serviceDeployment({ status: 'STOPPED' }) }, 'update'],
    ['ECS keeps no history of it', noHistory, 'update'],
    ['ECS rolls it back', { serviceDeployment: serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' }) }, 'nothing'],
    [
      'somebody else deployed since',
      { service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) },
      'nothing',
    ],
    [
      'the old revision is on its way back',
      {
        service: serviceWith({
          deployments: [newerDeployment({ taskDefinition: before }), ourDeployment({ status: 'ACTIVE' })],
        }),
      },
      'nothing',
    ],
    ['the service is being deleted', { service: serviceWith({ status: 'DRAINING' }) }, 'nothing'],
    [
      'the service is back already',
      {
        ...noHistory,
        service: serviceWith({ taskDefinition: before, deployments: [previousDeployment({ status: 'PRIMARY' })] }),
      },
      'nothing',
    ],
  ])('when %s', (_, changes, does) => {
    expect(decideRollbackAction(rolloutObservation(changes), before).do).toBe(does);
  });

  it('goes back to the revision that ran before us, and to no other', () => {
    expect(decideRollbackAction(rolloutObservation(noHistory), before)).toEqual({
      do: 'update',
      taskDefinition: before,
    });
  });

  it('has nowhere to go back to after a re-deployment of the same revision that ECS has given up', () => {
    expect(decideRollbackAction(rolloutObservation(noHistory), revisionArn('web:13'))).toEqual({
      do: 'nothing',
      why: 'The service ran web:13 before, too: there is no other revision to go back to.',
    });
  });
});
