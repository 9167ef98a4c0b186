import { beforeAll, describe, expect, it } from 'vitest';
import { probePermissions } from '../../cli/probe/permissions.ts';
import { reportFindings } from '../../cli/probe/report.ts';
import type { Assumption } from '../../local/assumptions/assumption.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { calledOperations, installReadable, probe, startProbedCloud, takeInventory } from './probed-account.ts';

const aws = await startProbedCloud();
let before: unknown;

beforeAll(async () => {
  await installReadable(aws);
  before = await takeInventory(aws);
});

const document = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const allBut = (Action: string) => document(everything, { Effect: 'Deny', Action, Resource: '*' });

/** An action that AWS denies, and the assumptions that cannot be probed without it. */
const denials: [action: string, unprobed: string[]][] = [
  ['kms:CreateKey', []],
  ['s3:CreateBucket', ['poll-nonce', 'late-result', 'pipeline-source-account']],
  ['iam:CreateRole', ['poll-arn', 'poll-nonce', 'pipeline-source-account', 'sdk-errors']],
  ['iam:PassRole', ['poll-nonce', 'pipeline-source-account', 'sdk-errors']],
  ['codepipeline:CreateCustomActionType', ['poll-arn', 'poll-nonce']],
  ['codepipeline:GetJobDetails', ['details-unacknowledged', 'details-ended', 'late-result']],
  ['codepipeline:AcknowledgeJob', ['second-acknowledgement', 'late-result']],
  ['sts:AssumeRole', ['poll-arn']],
  ['states:CreateStateMachine', ['sdk-errors']],
  ['lambda:CreateFunction', ['details-lambda']],
  ['logs:FilterLogEvents', ['details-lambda']],
  ['ecs:CreateService', ['stop-ended']],
  [
    'ecs:ListClusters',
    ['rollout-state', 'status-values', 'list-order', 'rollback-id', 'history-times', 'task-source-account'],
  ],
  ['iam:ListRoles', ['time-format']],
  ['codepipeline:ListPipelines', ['artifact-rewritten']],
];

describe('a denied action', () => {
  it.each(denials)('%s is the finding of what needs it, and the rest is probed', async (action, unprobed) => {
    const { findings, state, left } = await probe(aws, { create: true }, { policy: allBut(action) });
    const report = reportFindings(findings, true);
    const denied = report.filter((one) => one.state === 'denied');
    expect(denied.map(({ assumption }) => assumption)).toEqual(expect.arrayContaining(unprobed));
    expect(denied.every((one) => one.action === action)).toBe(true);
    expect(report.filter((one) => one.state === 'answered').length).toBeGreaterThan(2);
    expect({ state, left, after: await takeInventory(aws) }).toEqual({ state: 'finished', left: [], after: before });
  });
});

/** If a run is not allowed to delete, all its resources remain, as after a run that is killed. */
const leaveEverything = () => {
  const deletions = ['codepipeline', 'ecs', 'iam', 'kms', 'lambda', 'logs', 's3', 'states'].map(
    (service) => `${service}:Delete*`,
  );
  const Action = [...deletions, 'ecs:DeregisterTaskDefinition', 'kms:ScheduleKeyDeletion'];
  return probe(aws, { create: true }, { policy: document(everything, { Effect: 'Deny', Action, Resource: '*' }) });
};

describe('what an earlier run left', () => {
  it('is named, is refused by the next run, and is removed with --remove', async () => {
    const first = await leaveEverything();
    expect(first.left).toHaveLength(17);
    const since = aws.cloud.authorizations.length;
    const second = await probe(aws, { create: true });
    expect({ state: second.state, left: second.left.length, findings: second.findings }).toEqual({
      state: 'refused',
      left: 17,
      findings: {},
    });
    expect(calledOperations(aws, since).filter((name) => !/:(Get|List|Describe|Head)/.test(name))).toEqual([]);
    const third = await probe(aws, { remove: true });
    expect({ state: third.state, left: third.left, after: await takeInventory(aws) }).toEqual({
      state: 'removed',
      left: [],
      after: before,
    });
  });

  it('does not stop a run that only reads', async () => {
    await leaveEverything();
    expect((await probe(aws)).state).toBe('finished');
    await probe(aws, { remove: true });
  });
});

const ids = (by: string) =>
  Object.entries<Assumption>(assumptions)
    .filter(([, one]) => one.probe.by === by)
    .map(([id]) => id);

describe('the policy of --policy', () => {
  const permissions = async (create: boolean) => {
    const { names } = await probe(aws);
    return document(...probePermissions(names, { create }).map((one) => ({ ...one })));
  };

  it('is enough for a run with --create', async () => {
    const { findings, left } = await probe(aws, { create: true }, { policy: await permissions(true) });
    const report = reportFindings(findings, true);
    expect(report.filter(({ state }) => state === 'denied')).toEqual([]);
    expect(
      report.filter(({ assumption, state }) => ids('create').includes(assumption) && state !== 'answered'),
    ).toEqual([]);
    expect({ left, after: await takeInventory(aws) }).toEqual({ left: [], after: before });
  });

  it('is enough for a run that only reads', async () => {
    const { findings } = await probe(aws, {}, { policy: await permissions(false) });
    expect(Object.values(findings).filter(({ state }) => state === 'denied')).toEqual([]);
  });

  it('has no action that the runs do not use', async () => {
    const since = aws.cloud.authorizations.length;
    const policy = await permissions(true);
    await probe(aws, { create: true }, { policy });
    await leaveEverything();
    await probe(aws, { remove: true }, { policy });
    const used = new Set(
      aws.cloud.authorizations
        .slice(since)
        .filter(({ principal }) => principal.endsWith('user/prober'))
        .map(({ action }) => action),
    );
    const granted = policy.Statement.flatMap(({ Action }) => Action as string[]);
    expect(granted.filter((action) => !used.has(action))).toEqual([]);
  });
});
