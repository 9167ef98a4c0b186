import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import type { PastDeployment } from '../../../core/rollback/deployment-history.ts';
import { markIdleDeployments } from '../../../core/rollback/idle.ts';
import { findKnownGoodRevisions, type RollbackEvidence } from '../../../core/rollback/known-good.ts';
import { atMinute, describedRevision, ledgerEntry, ongoingDeployment, pastDeployment, revisionArn } from './facts.ts';

const status = (revision: string, at: number, word: string): PastDeployment => ({
  ...pastDeployment(revision, at),
  status: word,
});
const [one, two, three] = [pastDeployment('web:1', 0), pastDeployment('web:2', 10), pastDeployment('web:3', 20)];
const rollback = (from: string, to: string, at: number, change: Partial<LedgerEntry> = {}) =>
  ledgerEntry(to, [at, at + 4], { kind: 'rollback', before: revisionArn(from), ...change });
const event = { type: 'event' as const, id: '1', detailType: 'CloudWatch Alarm State Change', account: '222222222222' };
const condemned: Partial<LedgerEntry> = { result: 'Failed', verdict: 'failed' };

const names = (evidence: Partial<RollbackEvidence>, restores = new Map<string, string>()): string[] =>
  findKnownGoodRevisions({ deployments: [], ...evidence }, restores).stack.map(
    ({ taskDefinition }) => taskDefinition.split('/').at(-1) ?? '',
  );

const checkedOne = { before: revisionArn('web:1'), beforeWorkedSince: atMinute(1).toISOString() };
const checkedTwo = { before: revisionArn('web:2'), beforeWorkedSince: atMinute(10).toISOString() };

describe('the stack of known-good revisions, the newest first,', () => {
  it.each<[what: string, evidence: Partial<RollbackEvidence>, stack: string[]]>([
    ['is empty if nothing is known', {}, []],
    ['has a SUCCESSFUL revision of ECS’s history', { deployments: [three, one, two] }, ['web:3', 'web:2', 'web:1']],
    ...['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'STOPPED'].map(
      (word): [string, Partial<RollbackEvidence>, string[]] => [
        `lacks what is ${word}`,
        { deployments: [one, status('web:2', 10, word)] },
        ['web:1'],
      ],
    ),
    ...['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].map(
      (word): [string, Partial<RollbackEvidence>, string[]] => [
        `lacks what worked once and is ${word} since`,
        { deployments: [one, two, status('web:2', 20, word)] },
        ['web:1'],
      ],
    ),
    ['lacks a success with zero tasks', { deployments: [one, { ...two, idle: true }] }, ['web:1']],
    ['has a revision whose ledger entry is Succeeded', { entries: [ledgerEntry('web:1', [0, 4])] }, ['web:1']],
    [
      'lacks what the rollback of a stage replaced, and has what it brought back',
      { entries: [ledgerEntry('web:2', [0, 4]), rollback('web:2', 'web:3', 20, { source: { type: 'pipeline' } })] },
      ['web:3'],
    ],
    [
      'has what the rollback of a stage should have replaced, and lacks its own revision, if that failed',
      {
        entries: [
          ledgerEntry('web:2', [0, 4]),
          ledgerEntry('web:3', [10, 14]),
          rollback('web:2', 'web:3', 20, { source: { type: 'pipeline' }, result: 'Failed', verdict: 'failed' }),
        ],
      },
      ['web:2'],
    ],
    ['lacks a success with zero tasks in the ledger', { entries: [ledgerEntry('web:1', [0, 4], { tasks: 0 })] }, []],
    [
      'has a success that ECS and the ledger report only once',
      { deployments: [two], entries: [ledgerEntry('web:2', [9, 14])] },
      ['web:2'],
    ],
    [
      'has revisions that ECS has forgotten below those that ECS reports',
      { deployments: [three], entries: [ledgerEntry('web:1', [0, 4])] },
      ['web:3', 'web:1'],
    ],
    ['has the revision that Check Target found', { checked: two }, ['web:2']],
    [
      'has the revision that Check Target found, in its position',
      { deployments: [one, three], checked: two },
      ['web:3', 'web:2', 'web:1'],
    ],
    [
      'has a revision that an earlier release found working, also while that release runs',
      { deployments: [three], entries: [ledgerEntry('web:2', [9, 30], { ...condemned, ...checkedOne })] },
      ['web:3', 'web:1'],
    ],
    [
      'has a revision once if several releases found it working and ECS or the ledger records its success',
      {
        deployments: [two],
        entries: [
          ledgerEntry('web:1', [0, 4]),
          ledgerEntry('web:2', [9, 14], checkedOne),
          ledgerEntry('web:4', [30, 34], { ...condemned, ...checkedTwo }),
          ledgerEntry('web:5', [40, 44], { ...condemned, ...checkedTwo }),
        ],
      },
      ['web:2', 'web:1'],
    ],
    [
      'lacks a revision that an earlier release found working and a rollback has left since',
      { entries: [ledgerEntry('web:2', [9, 14], checkedOne), rollback('web:1', 'web:0', 20)] },
      ['web:0', 'web:2'],
    ],
    [
      'lacks a revision that our verdict judged bad',
      { deployments: [one, two], entries: [ledgerEntry('web:2', [9, 30], condemned)] },
      ['web:1'],
    ],
    [
      'lacks a revision that failed in its bake time, though Check Target finds it COMPLETED',
      { deployments: [one, two], checked: two, entries: [ledgerEntry('web:2', [9, 30], condemned)] },
      ['web:1'],
    ],
    [
      'lacks the revision that was just judged bad',
      { deployments: [one, two], condemned: status('web:2', 10, 'SUCCESSFUL') },
      ['web:1'],
    ],
    [
      'has a revision that worked again after it was judged bad',
      { deployments: [one, two, pastDeployment('web:2', 40)], entries: [ledgerEntry('web:2', [9, 30], condemned)] },
      ['web:2', 'web:1'],
    ],
    [
      'has a revision that a failure of Gantry itself did not judge',
      { deployments: [one, two], entries: [ledgerEntry('web:2', [9, 30], { result: 'Failed' })] },
      ['web:2', 'web:1'],
    ],
    [
      'lacks the revision that a rollback replaced',
      { deployments: [one, two], entries: [rollback('web:2', 'web:1', 20)] },
      ['web:1'],
    ],
    [
      'lacks a revision that an alarm judged bad, though its rollback failed',
      { deployments: [one, two], entries: [rollback('web:2', 'web:1', 20, { result: 'Failed', source: event })] },
      ['web:1'],
    ],
    [
      'has the revision that a rollback found running',
      { deployments: [one, two], entries: [rollback('web:2', 'web:1', 20, { result: 'NothingToDo' })] },
      ['web:2', 'web:1'],
    ],
    [
      'is 1 below 2 after 1, 2, 3 and a rollback to 2',
      { deployments: [one, two, three, pastDeployment('web:2', 41)], entries: [rollback('web:3', 'web:2', 40)] },
      ['web:2', 'web:1'],
    ],
    [
      'has an older digest of the revision whose tag moved',
      { deployments: [one, pastDeployment('web:2', 10, 'a'), status('web:2', 20, 'ROLLBACK_SUCCESSFUL')] },
      ['web:2', 'web:1'],
    ],
    [
      'keeps a revision whose second deployment failed',
      {
        deployments: [one, two],
        entries: [ledgerEntry('web:2', [20, 30], { ...condemned, before: revisionArn('web:2') })],
      },
      ['web:2', 'web:1'],
    ],
    [
      'lacks a revision that is still being deployed',
      { deployments: [one, ongoingDeployment('web:2', 10)] },
      ['web:1'],
    ],
  ])('%s', (_, evidence, stack) => {
    expect(names(evidence)).toEqual(stack);
  });

  it('counts a copy that restores a revision as that revision', () => {
    const restores = new Map([[revisionArn('web:9'), revisionArn('web:1')]]);
    expect(names({ deployments: [one, two, pastDeployment('web:9', 30, '1')] }, restores)).toEqual(['web:9']);
  });
});

describe('a success proves nothing', () => {
  const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
  const [tag, pin] = [`${host}/shop:1`, `${host}/shop@sha256:${'a'.repeat(64)}`];
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each<
    [what: string, image: PastDeployment['images'][number], tasks: number | undefined, disabled: boolean, idle: boolean]
  >([
    ['if no task pulled its tag', { name: 'app', image: tag }, 0, false, true],
    ['if no task pulled its tag, though the service wants tasks now', { name: 'app', image: tag }, 2, false, true],
    [
      'unless a task pulled its tag, though the service wants none now',
      { name: 'app', image: tag, digest },
      0,
      false,
      false,
    ],
    ['if its image is pinned and it wanted no task', { name: 'app', image: pin }, 0, false, true],
    [
      'if its image is pinned and known by its digest, and it wanted no task',
      { name: 'app', image: pin, digest },
      0,
      false,
      true,
    ],
    ['unless its image is pinned and it wanted tasks', { name: 'app', image: pin }, 2, false, false],
    ['unless its registry is another one and it wanted tasks', { name: 'app', image: 'nginx:1' }, 2, false, false],
    ['if its registry is another one and it wanted no task', { name: 'app', image: 'nginx:1' }, 0, false, true],
    ['unless ECS does not resolve its tag and it wanted tasks', { name: 'app', image: tag }, 2, true, false],
    ['if ECS does not resolve its tag and it wanted no task', { name: 'app', image: tag }, 0, true, true],
  ])('%s', (_, image, tasks, disabled, idle) => {
    const [arn, described] = describedRevision('web:1');
    if (disabled) described.taskDefinition.containerDefinitions[0]!.versionConsistency = 'disabled';
    const [marked] = markIdleDeployments([{ ...one, images: [image], tasks }], new Map([[arn, described]]));
    expect(marked?.idle).toBe(idle);
  });
});
