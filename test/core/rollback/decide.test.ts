import { describe, expect, it } from 'vitest';
import { decideRollback } from '../../../core/rollback/decide.ts';
import type { RollbackFacts } from '../../../core/rollback/facts.ts';
import {
  alarmCause,
  atMinute,
  describedRevision,
  digestOf,
  type FactsChange,
  failedDeploymentCause,
  ledgerEntry,
  ongoingDeployment,
  pastDeployment,
  revisionArn,
  rollbackFacts,
  serviceWith,
} from './facts.ts';

type Change = FactsChange;
const knownGood = [pastDeployment('web:3', 20), pastDeployment('web:2', 10), pastDeployment('web:1', 0)];
const status = (revision: string, at: number, word: string) => ({ ...pastDeployment(revision, at), status: word });

describe('there is nothing to do', () => {
  it.each<[when: string, change: Change, reason: string]>([
    [
      'a rollback by ECS is already requested',
      { newest: ongoingDeployment('web:4', 25, 'ROLLBACK_REQUESTED'), cause: alarmCause(28) },
      'ECS is rolling test/web back already',
    ],
    [
      'ECS is already rolling back, also for a manual request',
      { newest: ongoingDeployment('web:4', 25, 'ROLLBACK_IN_PROGRESS') },
      'ECS is rolling test/web back already',
    ],
    [
      'ECS has rolled back',
      { newest: status('web:4', 25, 'ROLLBACK_SUCCESSFUL'), cause: failedDeploymentCause('ecs-svc/8') },
      'ECS has rolled test/web back already',
    ],
    [
      'ECS could not roll back',
      { newest: status('web:4', 25, 'ROLLBACK_FAILED'), cause: alarmCause(28) },
      'failed: the service needs a person',
    ],
    [
      'the failed deployment is not the newest',
      { cause: failedDeploymentCause('ecs-svc/1'), successes: knownGood },
      'not the newest any more: deployment ecs-svc/9 of web:3',
    ],
    [
      'the service was rolled back meanwhile',
      { cause: failedDeploymentCause('ecs-svc/1'), newest: ongoingDeployment('web:2', 25), successes: knownGood },
      'is rolled back already, by deployment ecs-svc/9 of web:2',
    ],
    [
      'the last deployment of a service without a history is too old',
      { cause: alarmCause(141), now: atMinute(141), newest: { ...pastDeployment('web:3', 20), finishedAt: undefined } },
      'no deployment within the 60 minutes before; the last one began at 2026-11-23 10:20:00 UTC',
    ],
    [
      'the alarm went off before the deployment began',
      { cause: alarmCause(19) },
      'in ALARM before the newest deployment, of web:3, began',
    ],
    [
      'the alarm is over when its late event arrives',
      { cause: alarmCause(24), alarming: false },
      'not in ALARM any more',
    ],
    [
      'there was no deployment within the hour',
      { cause: alarmCause(84), now: atMinute(84) },
      'no deployment within the 60 minutes before',
    ],
    [
      'a running execution of Gantry is responsible',
      { cause: alarmCause(25), responsible: 'arn:deploy' },
      'An execution of Gantry already handles the deployment: arn:deploy',
    ],
    [
      'the release requested no rollback',
      { cause: failedDeploymentCause(), declined: 'arn:deploy' },
      'Its release requested no rollback (RollBackOnFailure is false): arn:deploy',
    ],
    ['a rollback is in progress', { newest: ongoingDeployment('web:2', 25) }, 'is bringing web:2 back already'],
    [
      'the newest deployment is a rollback',
      { cause: alarmCause(28), successes: [pastDeployment('web:2', 25), ...knownGood] },
      'is rolled back already: web:2',
    ],
    [
      'the rollback failed',
      { cause: failedDeploymentCause(), newest: status('web:2', 25, 'STOPPED'), successes: knownGood },
      'The rollback to web:2, which worked before, failed too',
    ],
    [
      'there was no earlier revision',
      { successes: [pastDeployment('web:3', 20)] },
      'There is no known-good revision of test/web',
    ],
    [
      'there was no revision before the deployment in progress',
      { newest: ongoingDeployment('web:1', 25), successes: [] },
      'Release a corrected image, or name a revision: gantry rollback test/web --to FAMILY:N.',
    ],
    [
      'ECS has deleted the only revision',
      {
        revisions: new Map([describedRevision('web:3')]),
        successes: [pastDeployment('web:3', 20), pastDeployment('web:1', 0)],
      },
      '(ECS has deleted web:1)',
    ],
    ['ECS keeps no history', { newest: undefined, successes: [] }, 'ECS has no deployment history of test/web'],
    [
      'the service does not exist',
      { cause: alarmCause(25), service: serviceWith('web:3', { status: 'INACTIVE' }) },
      'is INACTIVE',
    ],
    [
      'the service runs the requested revision',
      { cause: { kind: 'hand', revision: 'web:3' } },
      'test/web runs web:3 already',
    ],
    [
      'the requested revision is being deployed',
      { cause: { kind: 'hand', revision: 'web:4' }, newest: ongoingDeployment('web:4', 25), successes: knownGood },
      'A deployment of web:4 is going on already',
    ],
  ])('if %s', (_, change, reason) => {
    const rollbackPlan = decideRollback(rollbackFacts(change));
    expect(rollbackPlan).toMatchObject({ do: 'nothing', reason: expect.stringContaining(reason) });
  });
});

describe('by an event, only a deployment that Gantry made is rolled back:', () => {
  const tags = [{ key: 'gantry:execution', value: 'arn:execution/ours' }];
  const tagged = new Map([...rollbackFacts().revisions, describedRevision('web:3', { tags })]);
  const ours = ledgerEntry('web:3', [19, 24]);
  const running = ledgerEntry('web:3', [19, 24], { execution: 'arn:execution/ours', after: undefined, end: undefined });
  const beforeSince = (minute: number) => atMinute(minute).toISOString();
  const died = {
    after: undefined,
    result: 'Failed' as const,
    base: revisionArn('web:3'),
    beforeSince: beforeSince(20),
  };
  const diedWith = (before: string) => ledgerEntry('web:3', [19, 24], { ...died, before: revisionArn(before) });
  const again = (minute: number) =>
    ledgerEntry('web:3', [19, 24], { before: revisionArn('web:3'), beforeSince: beforeSince(minute) });
  const longAgo = ledgerEntry('web:3', [2, 6], { execution: 'arn:execution/ours' });
  it.each<[what: string, change: FactsChange, isRolledBack: boolean]>([
    ['a deployment that the ledger names', { entries: [ours] }, true],
    ['a deployment whose revision names a running execution', { entries: [running], revisions: tagged }, true],
    ['a deployment whose revision names an execution, if the table does not answer', { revisions: tagged }, true],
    ['a deployment whose revision names an execution that the ledger lacks', { entries: [], revisions: tagged }, true],
    ['a deployment of an existing revision by an execution that died', { entries: [diedWith('web:2')] }, true],
    ['a second deployment of the revision that ran before', { entries: [again(10)] }, true],
    ["not somebody else's deployment that an execution found before it died", { entries: [diedWith('web:3')] }, false],
    ["not somebody else's deployment that a release left unchanged", { entries: [again(20)] }, false],
    ['not a deployment of a revision without tags', { entries: [] }, false],
    ['not a deployment of a revision without tags, if the table does not answer', {}, false],
    ["not somebody else's deployment of a revision of ours", { entries: [longAgo], revisions: tagged }, false],
    ["somebody else's deployment, if the configuration allows it", { entries: [], mayRollBackForeign: true }, true],
  ])('%s', (_, change, isRolledBack) => {
    for (const cause of [alarmCause(25), failedDeploymentCause()]) {
      const plan = decideRollback(rollbackFacts({ mayRollBackForeign: false, cause, ...change }));
      expect(plan.do).toBe(isRolledBack ? 'revision' : 'nothing');
      if (!isRolledBack)
        expect(plan.reason).toContain('was not made by Gantry, and rollBackForeignDeployments of test/web');
    }
    expect(decideRollback(rollbackFacts({ ...change, mayRollBackForeign: false })).do, 'a person').toBe('revision');
  });
});

describe('RollBackOnFailure: false belongs to the revision', () => {
  const disabled = [
    { key: 'gantry:execution', value: 'arn:execution/ours' },
    { key: 'gantry:roll-back-on-failure', value: 'false' },
  ];
  const ours = ledgerEntry('web:3', [19, 24], { rollBackOnFailure: false });
  const refusedLater = ledgerEntry('web:0', [26, 27], { after: undefined, result: 'Failed' });
  const tagged = new Map([...rollbackFacts().revisions, describedRevision('web:3', { tags: disabled })]);
  it.each<[what: string, change: FactsChange]>([
    ['by the ledger', { entries: [ours] }],
    ['by the ledger, after a later release was refused', { entries: [refusedLater, ours] }],
    ['by its tag, if the table does not answer', { revisions: tagged }],
  ])('%s', (_, change) => {
    for (const cause of [alarmCause(25), failedDeploymentCause()])
      expect(decideRollback(rollbackFacts({ cause, ...change }))).toMatchObject({
        do: 'nothing',
        reason: expect.stringContaining('requested no rollback'),
      });
    expect(decideRollback(rollbackFacts(change)).do, 'a person').toBe('revision');
  });
});

describe('a revision that a person names is restored', () => {
  const condemned = ledgerEntry('web:2', [9, 14], { result: 'Failed', verdict: 'failed' });
  const to = (revision: string) => ({ cause: { kind: 'hand' as const, revision } });
  it.each<[what: string, change: FactsChange, warnings: unknown[]]>([
    ['without a warning if it is known good', to('web:1'), []],
    ['with a warning if it never worked', to('web:4'), [expect.stringContaining('web:4 is not known good')]],
    [
      'with a warning if it was condemned',
      { ...to('web:2'), entries: [condemned] },
      [expect.stringContaining('web:2 is not known good')],
    ],
  ])('%s', (_, change, warnings) => {
    expect(decideRollback(rollbackFacts(change))).toMatchObject({ do: 'revision', warnings });
  });

  it('also if it was deregistered, and the reason says that it is registered again', () => {
    const revisions = new Map([...rollbackFacts().revisions, describedRevision('web:1', { status: 'INACTIVE' })]);
    const plan = decideRollback(rollbackFacts({ ...to('web:1'), revisions }));
    expect(plan).toMatchObject({ revision: revisionArn('web:1') });
    expect(plan.reason).toContain(
      'web:1 is INACTIVE (deregistered), so Gantry registers its content again as a new revision.',
    );
  });
});

describe('the deployment is stopped', () => {
  it.each<[when: string, change: Change]>([
    ['by hand', {}],
    ['because of an alarm', { cause: alarmCause(28) }],
    ['because of its own failure', { cause: failedDeploymentCause() }],
  ])('while it is in progress, %s', (_, change) => {
    const rollbackPlan = decideRollback(
      rollbackFacts({ newest: ongoingDeployment('web:4', 25), successes: knownGood, ...change }),
    );
    expect(rollbackPlan).toMatchObject({
      do: 'stop',
      serviceDeploymentArn: 'arn:deployment/25',
      back: revisionArn('web:3'),
    });
  });
});

describe('the service is rolled back', () => {
  it.each<[when: string, change: Change, to: string]>([
    ['manually, by one step', {}, 'web:2'],
    ['manually, by another step', { successes: [pastDeployment('web:2', 25), ...knownGood] }, 'web:1'],
    [
      'manually, by one step from a new deployment after a rollback',
      { successes: [pastDeployment('web:4', 28), pastDeployment('web:2', 25), ...knownGood] },
      'web:2',
    ],
    [
      'manually, from the revision that ECS restored',
      { newest: status('web:4', 25, 'ROLLBACK_SUCCESSFUL'), successes: knownGood },
      'web:2',
    ],
    [
      'manually, if ECS could not roll back',
      { newest: status('web:4', 25, 'ROLLBACK_FAILED'), successes: knownGood },
      'web:3',
    ],
    ['because of an alarm after a stable deployment', { cause: alarmCause(25) }, 'web:2'],
    ['because of an alarm after an hour', { cause: alarmCause(83), now: atMinute(83) }, 'web:2'],
    [
      'because of an alarm that changes often, whose event is quick',
      { cause: alarmCause(28), alarming: false },
      'web:2',
    ],
    [
      'because of a failed deployment that ECS does not roll back',
      { cause: failedDeploymentCause(), newest: status('web:4', 25, 'STOPPED'), successes: knownGood },
      'web:3',
    ],
    [
      'to a deregistered revision',
      { revisions: new Map([describedRevision('web:1'), describedRevision('web:2', { status: 'INACTIVE' })]) },
      'web:2',
    ],
    ['past a revision that ECS has deleted', { revisions: new Map([describedRevision('web:1')]) }, 'web:1'],
    [
      'from a deployment in progress, if stopping it would lead to a bad revision',
      {
        newest: ongoingDeployment('web:4', 25),
        successes: knownGood,
        entries: [ledgerEntry('web:3', [19, 24], { result: 'Failed', verdict: 'failed' })],
      },
      'web:2',
    ],
    [
      'from a deployment in progress, if stopping it would lead to a deregistered revision',
      {
        newest: ongoingDeployment('web:4', 25),
        successes: knownGood,
        revisions: new Map([describedRevision('web:3', { status: 'INACTIVE' })]),
      },
      'web:3',
    ],
    [
      'past the bad revision that a release left in place and the next one replaced',
      { newest: status('web:4', 25, 'STOPPED'), successes: [status('web:3', 20, 'STOPPED'), ...knownGood.slice(1)] },
      'web:2',
    ],
    [
      'by the ledger alone',
      { successes: [], newest: status('web:4', 25, 'STOPPED'), entries: [ledgerEntry('web:1', [0, 4])] },
      'web:1',
    ],
    ['to the requested revision', { cause: { kind: 'hand', revision: 'web:1' } }, 'web:1'],
    [
      'to the requested revision of the family that the service has left, if it is known good',
      {
        cause: { kind: 'hand', revision: 'shop:7' },
        successes: [pastDeployment('web:1', 20), pastDeployment('shop:7', 0)],
        revisions: new Map([describedRevision('web:1'), describedRevision('shop:7')]),
      },
      'shop:7',
    ],
    [
      'because of an alarm soon after a deployment of which ECS does not show the end',
      {
        successes: [pastDeployment('web:2', 10)],
        cause: alarmCause(139),
        now: atMinute(139),
        newest: { ...pastDeployment('web:3', 20), finishedAt: undefined },
      },
      'web:2',
    ],
    ['to the requested revision, although it never ran', { cause: { kind: 'hand', revision: 'web:4' } }, 'web:4'],
  ])('%s', (_, change, to) => {
    expect(decideRollback(rollbackFacts(change))).toMatchObject({ do: 'revision', revision: revisionArn(to) });
  });

  it('to the same revision if its tag has moved since', () => {
    const rollbackPlan = decideRollback(
      rollbackFacts({
        cause: alarmCause(25),
        successes: [pastDeployment('web:3', 20, 'b'), pastDeployment('web:3', 10, 'a')],
      }),
    );
    expect(rollbackPlan).toMatchObject({
      revision: revisionArn('web:3'),
      ran: { images: [{ digest: digestOf('a') }] },
    });
  });

  it('to the revision before, past the copy that pins a revision', () => {
    const revisions = new Map([...rollbackFacts().revisions, describedRevision('web:4', { restores: 'web:2' })]);
    const rollbackPlan = decideRollback(
      rollbackFacts({ revisions, successes: [pastDeployment('web:4', 25, '2'), ...knownGood] }),
    );
    expect(rollbackPlan).toMatchObject({ revision: revisionArn('web:1') });
  });
});

describe('the reason says', () => {
  it.each<[what: string, change: Change, message: string]>([
    [
      'of a revision of another family',
      { cause: { kind: 'hand', revision: 'shop:1' } },
      'The revision shop:1 is not of the family "web" that test/web runs. Known good: web:3, web:2, web:1.',
    ],
    [
      'of a revision that does not exist',
      { cause: { kind: 'hand', revision: 'web:77' } },
      'ECS knows no revision web:77. Known good: web:3, web:2, web:1.',
    ],
    [
      'of a service that does not exist',
      { service: serviceWith('web:3', { status: 'MISSING' }) },
      'The service test/web is MISSING',
    ],
  ])('%s', (_, change, message) => {
    expect(() => decideRollback(rollbackFacts(change))).toThrow(message);
    expect(() => decideRollback(rollbackFacts(change))).toThrow(
      expect.objectContaining({ name: 'ConfigurationError' }),
    );
  });

  it.each<[who: string, cause: RollbackFacts['cause'], begins: string]>([
    ['who requested it and why', { kind: 'hand', by: 'ada', reason: 'slow' }, 'Requested by ada: "slow". '],
    ['that it was requested manually', { kind: 'hand' }, 'Requested manually. '],
    [
      'which alarm went off, when and why',
      alarmCause(25),
      'The alarm web-5xx went off at 2026-11-23 10:25:00 UTC (Too many). ',
    ],
    ['which deployment failed', failedDeploymentCause(), 'Deployment ecs-svc/9 failed. '],
  ])('%s', (_, cause, begins) => {
    expect(decideRollback(rollbackFacts({ cause })).reason.startsWith(begins)).toBe(true);
  });
});
