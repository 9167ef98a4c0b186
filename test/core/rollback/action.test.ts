import { describe, expect, it } from 'vitest';
import { decideRollbackAction } from '../../../core/rollback/action.ts';
import {
  createRollbackActionResult,
  type RollbackAction,
  type RollbackActionFacts,
} from '../../../core/rollback/action-result.ts';
import { decideRegistrationForRestore } from '../../../core/rollback/restored-revision.ts';
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
import { describedRevision, digestOf, ledgerEntry, pastDeployment } from './facts.ts';

type Change = Partial<Omit<RollbackActionFacts, 'plan'>> & { plan?: Partial<RollbackActionFacts['plan']['before']> };

const ours = serviceDeployment().arn;
/** Our deployment of web:13 in ECS's history. No task has pulled its image. */
const failing = { ...pastDeployment('web:13', 50), arn: ours, status: 'IN_PROGRESS', images: [] };
const knownGoodDeployments = [pastDeployment('web:12', 10, 'a'), pastDeployment('web:11', 0, 'b')];
const stopped = { serviceDeployment: serviceDeployment({ status: 'STOPPED' }) };
const over = { observation: rolloutObservation(stopped) };
const noHistory = { serviceDeployment: undefined };
const completed = serviceWith({ deployments: [ourDeployment({ rolloutState: 'COMPLETED' })] });
const observation = (change: Partial<RolloutObservation>) => ({ observation: rolloutObservation(change) });
const revisions = (...inactive: string[]) =>
  new Map(
    ['web:11', 'web:12', 'web:13'].map((name) =>
      describedRevision(name, inactive.includes(name) ? { status: 'INACTIVE' } : {}),
    ),
  );
const unknownBefore = { knownGood: false };
const condemned = { result: 'Failed' as const, verdict: 'failed' as const };

/** The facts of a failed rollout of web:13. The previous revision, web:12, worked. */
const decide = ({ plan: before, ...change }: Change = {}): RollbackAction =>
  decideRollbackAction({
    observation: rolloutObservation(),
    service: 'test/web',
    deployments: [failing, ...knownGoodDeployments],
    entries: [],
    revisions: revisions(),
    ...change,
    plan: {
      before: {
        taskDefinition: revisionArn('web:12'),
        deploymentId: 'ecs-svc/1',
        startedAt: '2026-11-23T08:00:00.000Z',
        knownGood: true,
        ...before,
      },
      unchanged: false,
      alarms: { watched: [], ignored: [] },
      warnings: [],
    },
  });

describe('rolling back', () => {
  it.each<[when: string, change: Change, does: RollbackAction['do']]>([
    ['the deployment is PENDING', observation({ serviceDeployment: serviceDeployment({ status: 'PENDING' }) }), 'stop'],
    ['the deployment is IN_PROGRESS', {}, 'stop'],
    [
      'a stop of it was requested',
      observation({ serviceDeployment: serviceDeployment({ status: 'STOP_REQUESTED' }) }),
      'stop',
    ],
    ['it was STOPPED without a rollback', over, 'update'],
    ['ECS keeps no history of it', observation(noHistory), 'update'],
    [
      'a rollback by ECS was requested',
      observation({ serviceDeployment: serviceDeployment({ status: 'ROLLBACK_REQUESTED' }) }),
      'nothing',
    ],
    [
      'ECS rolls it back',
      observation({ serviceDeployment: serviceDeployment({ status: 'ROLLBACK_IN_PROGRESS' }) }),
      'nothing',
    ],
    [
      'ECS failed to roll it back, and nobody deployed since',
      observation({
        serviceDeployment: serviceDeployment({ status: 'ROLLBACK_FAILED' }),
        service: serviceWith({
          taskDefinition: revisionArn('web:12'),
          deployments: [newerDeployment({ taskDefinition: revisionArn('web:12') })],
        }),
      }),
      'update',
    ],
    [
      'somebody else deployed since',
      observation({ service: serviceWith({ deployments: [newerDeployment(), ourDeployment({ status: 'ACTIVE' })] }) }),
      'nothing',
    ],
    [
      'the known-good revision is being restored',
      observation({
        service: serviceWith({
          deployments: [
            newerDeployment({ taskDefinition: revisionArn('web:12') }),
            ourDeployment({ status: 'ACTIVE' }),
          ],
        }),
      }),
      'nothing',
    ],
    ['the service is being deleted', observation({ service: serviceWith({ status: 'DRAINING' }) }), 'nothing'],
    [
      'the service is already restored',
      observation({
        ...noHistory,
        service: serviceWith({
          taskDefinition: revisionArn('web:12'),
          deployments: [previousDeployment({ status: 'PRIMARY' })],
        }),
      }),
      'nothing',
    ],
    ...[true, false].flatMap((lists): [string, Change, 'update'][] =>
      [
        { by: 'the service', state: 'FAILED', history: [] },
        { by: 'the history', state: undefined, history: [{ ...pastDeployment('web:12', 55), status: 'STOPPED' }] },
      ].map(({ by, state, history }) => [
        `the deployment that restored the revision failed, as ${by} shows, and the service lists ours ${lists ? 'still' : 'no longer'}`,
        {
          ...observation({
            ...stopped,
            service: serviceWith({
              taskDefinition: revisionArn('web:12'),
              deployments: [
                newerDeployment({ taskDefinition: revisionArn('web:12'), rolloutState: state }),
                ...(lists ? [ourDeployment({ status: 'ACTIVE' })] : []),
              ],
            }),
          }),
          deployments: [...history, { ...failing, status: 'STOPPED' }, ...knownGoodDeployments],
          restoring: newerDeployment().id,
        },
        'update',
      ]),
    ),
    ...[
      { by: 'the history', shown: { serviceDeployment: serviceDeployment({ status: 'SUCCESSFUL' }) } },
      { by: 'the service', shown: { ...noHistory, service: completed } },
    ].flatMap(({ by, shown }): [string, Change, RollbackAction['do']][] => [
      [
        `it was only late, and ECS has completed it since, as ${by} shows`,
        { ...observation(shown), late: true },
        'nothing',
      ],
      [`it failed, although ECS has completed it, as ${by} shows`, observation(shown), 'update'],
    ]),
    ['it was only late, and is still in progress', { late: true }, 'stop'],
    ['stopping would lead to a deregistered revision', { revisions: revisions('web:12') }, 'update'],
    [
      'stopping would lead to a revision that failed its bake time',
      { entries: [ledgerEntry('web:12', [9, 30], condemned)], plan: unknownBefore },
      'update',
    ],
    [
      'stopping would lead to a revision that never ran a task',
      {
        deployments: [failing, { ...knownGoodDeployments[0]!, idle: true }, knownGoodDeployments[1]!],
        plan: unknownBefore,
      },
      'update',
    ],
  ])('when %s', (_, change, does) => {
    expect(decide(change).do).toBe(does);
  });
});

describe('the service is rolled back to the newest known-good revision:', () => {
  it.each<[what: string, change: Change, back: string]>([
    ['to the revision before, if it worked', over, 'web:12'],
    [
      'to the last revision that worked, not to the revision before',
      {
        ...over,
        deployments: [failing, { ...pastDeployment('web:12', 10), status: 'STOPPED' }, knownGoodDeployments[1]!],
        plan: unknownBefore,
      },
      'web:11',
    ],
    [
      'to the last revision that worked, not to a rollout that was not finished',
      {
        ...over,
        deployments: [failing, { ...pastDeployment('web:12', 10), status: 'IN_PROGRESS' }, knownGoodDeployments[1]!],
        plan: unknownBefore,
      },
      'web:11',
    ],
    [
      'to the revision that only the ledger knows',
      { ...over, deployments: [], plan: unknownBefore, entries: [ledgerEntry('web:11', [0, 4])] },
      'web:11',
    ],
    [
      'to the revision that Check Target found, without any history',
      { ...observation(noHistory), deployments: [], entries: undefined },
      'web:12',
    ],
    ['to a deregistered revision', { ...over, revisions: revisions('web:12') }, 'web:12'],
    [
      'to a revision that ECS has not deleted',
      { ...over, revisions: new Map([describedRevision('web:11')]) },
      'web:11',
    ],
  ])('%s', (_, change, back) => {
    expect(decide(change)).toMatchObject({ do: 'update', back: revisionArn(back) });
  });

  it.each<[what: string, change: Change]>([
    ['nothing worked', { ...over, deployments: [failing], plan: unknownBefore }],
    [
      'the revision before is unfinished',
      { deployments: [failing, { ...pastDeployment('web:12', 10), status: 'IN_PROGRESS' }], plan: unknownBefore },
    ],
    [
      'only a deployment of zero tasks was SUCCESSFUL',
      { deployments: [failing, { ...knownGoodDeployments[0]!, idle: true }], plan: unknownBefore },
    ],
    ['ECS has deleted the revisions that worked', { ...over, revisions: new Map() }],
  ])('nothing changes if %s, and the message says what to do', (_, change) => {
    expect(decide(change)).toEqual({
      do: 'nothing',
      why: expect.stringMatching(
        /^There is no known-good revision of test\/web .*gantry rollback test\/web --to FAMILY:N\.$/,
      ),
    });
  });

  it('not to a redeployment of the same revision on which ECS has given up', () => {
    const same = { taskDefinition: revisionArn('web:13') };
    expect(decide({ ...observation(noHistory), deployments: [], plan: same })).toMatchObject({
      do: 'nothing',
      why: 'The service ran web:13 before, too, and no other revision is to come back.',
    });
  });

  it('to the older digest of the same revision whose tag has moved', () => {
    const moved = { ...pastDeployment('web:13', 50, 'b'), arn: ours, status: 'STOPPED' };
    const action = decide({
      ...over,
      deployments: [moved, pastDeployment('web:13', 10, 'a')],
      plan: { taskDefinition: revisionArn('web:13') },
    });
    expect(action).toMatchObject({
      do: 'update',
      force: true,
      images: [{ pinned: expect.stringContaining(digestOf('a')) }],
    });
  });
});

describe('the revision that Roll Back deploys', () => {
  const restore = (change: Change) => {
    const action = decide({ ...over, ...change });
    if (action.do !== 'update') throw new Error(action.do);
    const rollout = rolloutObservation().rollout;
    const known = change.revisions ?? revisions();
    return {
      action,
      wanted: decideRegistrationForRestore(action, { execution: 'arn:one', rollout, revisions: known }),
    };
  };

  it('is the old revision itself if ECS can deploy it', () => {
    const pinned = new Map(
      [...revisions()].map(([arn, one]) => {
        const image = `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@${digestOf('a')}`;
        const containerDefinitions = [{ name: 'app', image }];
        return [arn, { ...one, taskDefinition: { ...one.taskDefinition, containerDefinitions } }] as const;
      }),
    );
    expect(restore({ revisions: pinned }).wanted).toBeUndefined();
  });

  it('is a complete copy of a deregistered revision, and the message says so', () => {
    const known = revisions('web:12');
    const [arn, described] = describedRevision('web:12', {
      status: 'INACTIVE',
      tags: [{ key: 'team', value: 'shop' }],
    });
    described.taskDefinition.ephemeralStorage = { sizeInGiB: 30 };
    const { action, wanted } = restore({ revisions: known.set(arn, described) });
    expect(wanted).toMatchObject({
      definition: {
        family: 'web',
        ephemeralStorage: { sizeInGiB: 30 },
        containerDefinitions: [{ name: 'app', image: expect.stringContaining(digestOf('a')) }],
      },
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'gantry:execution', value: 'arn:one' },
        { key: 'gantry:replaces', value: revisionArn('web:13') },
        { key: 'gantry:restores', value: revisionArn('web:12') },
        expect.anything(),
      ],
    });
    expect(wanted?.definition).not.toHaveProperty('status');
    expect(createRollbackActionResult(action, new Date(0), { taskDefinition: revisionArn('web:14') }).sentence).toBe(
      'Gantry put the service back to web:12, as web:14. web:12 is INACTIVE (deregistered), so Gantry registers its content again as a new revision.',
    );
  });
});

describe('a rollback that ECS itself has finished', () => {
  /** ECS's own rollback is a deployment of the service, but has no entry in the history. */
  const rolledBack = observation({
    serviceDeployment: serviceDeployment({ status: 'ROLLBACK_SUCCESSFUL' }),
    service: serviceWith({
      taskDefinition: revisionArn('web:12'),
      deployments: [newerDeployment({ taskDefinition: revisionArn('web:12') })],
    }),
  });
  const over = { ...failing, status: 'ROLLBACK_SUCCESSFUL' };

  it('is judged by the entry of the failed deployment', () => {
    const does = decide({ ...rolledBack, deployments: [over, ...knownGoodDeployments] });
    expect(does).toMatchObject({ do: 'nothing', back: revisionArn('web:12') });
    expect(does).not.toHaveProperty('by.id');
  });

  it('is not the deployment with which somebody has deployed the same revision since', () => {
    const since = { ...pastDeployment('web:12', 60, 'a'), status: 'IN_PROGRESS' };
    expect(decide({ ...rolledBack, deployments: [since, over, ...knownGoodDeployments] })).toHaveProperty('by.id');
  });
});
