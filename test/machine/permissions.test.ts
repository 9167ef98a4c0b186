import { beforeAll, describe, expect, it } from 'vitest';
import type { AuthorizationRecord } from '../../local/cloud.ts';
import { type FullRun, playFullRun } from './full-run.ts';
import { type Grant, isAllowedByGrant, listGrants } from './grants.ts';
import { isDeniedWithout } from './reevaluate.ts';
import { type UnusedGrant, unusedGrants } from './unused-permissions.ts';

let run: FullRun;
let calls: AuthorizationRecord[];
let grants: (Grant & { by: AuthorizationRecord[] })[];

beforeAll(async () => {
  run = await playFullRun();
  calls = run.system.cloud.authorizations;
  grants = listGrants(run.system.system).map((grant) => ({
    ...grant,
    by: calls.filter((call) => isAllowedByGrant(call, grant)),
  }));
}, 300_000);

/** Describes a grant for readers, without the key's random id. */
const formatGrant = ({ holder, statement, principal, action, resource }: Grant): string =>
  [holder, statement.Sid, ...(principal ? [principal] : []), action, resource].join(' ');

const stripped = (holder: string): string => holder.replace(/^(gantry|web-shop)-production-/, '');
const covers = (
  { of, Sid, principals, actions, resources }: UnusedGrant,
  { holder, statement, principal, action, resource }: Grant,
): boolean =>
  of.includes(stripped(holder)) &&
  Sid === statement.Sid &&
  (principals === undefined || principals.test(principal ?? '')) &&
  (actions === undefined || actions.includes(action)) &&
  (resources === undefined || resources.test(resource));

/** Whether one of these calls is denied without the grant. Stops at the first one. */
async function isNeeded(grant: Grant, by: AuthorizationRecord[]): Promise<boolean> {
  for (const call of by) if (await isDeniedWithout(run.system.cloud, call, grant)) return true;
  return false;
}

it('the run takes every path through the state machine, and each ends as expected', () => {
  expect(run.endings).toEqual({
    'a release to test and, approved, to prod': 'Succeeded',
    'a job by Lambda invoke': 'Succeeded',
    'a release that ECS rolls back': 'Failed',
    'a redeploy of test/web by hand': 'SUCCEEDED',
    'a release of test/web that Gantry rolls back': 'FAILED',
    'a release of test/web with a task definition file': 'SUCCEEDED',
    'a rollback of test/web by hand': 'SUCCEEDED',
    'a redeploy of prod/web by hand': 'SUCCEEDED',
    'a release of prod/web that Gantry rolls back': 'FAILED',
    'a release of prod/web with a task definition file': 'SUCCEEDED',
    'a rollback of prod/web by hand': 'SUCCEEDED',
    'a deployment of a revision that a person chose': 'SUCCEEDED',
    'a rollback to a revision that a person chose': 'SUCCEEDED',
    'a job that Lambda delivers twice': '{"started":[],"known":["the job"]}',
    'an artifact that is gone': 'FAILED RevisionUnavailable',
    'an artifact under a disabled key': 'FAILED PermissionError',
    'an artifact that has changed': 'FAILED RevisionUnavailable',
    'an input too long for an event': 'FAILED',
    'an alarm in the middle of a rollout': 'SUCCEEDED',
    'a dead execution': 'Failed',
  });
});

it("every answer of the embedded AWS has the fields and types of AWS's API, and every error is one that the operation declares", () => {
  expect([...run.modelDifferences]).toEqual([]);
});

describe('every call', () => {
  it('is allowed', () => {
    expect(calls.flatMap(({ denied }) => denied ?? [])).toEqual([]);
  });

  it('is allowed by a statement that has a Sid, except calls of ECS with its own service-linked role', () => {
    const named = /^(?!session policy)[\w ]+\/[A-Za-z]/;
    const others = calls.filter(({ principal }) => !principal.includes('AWSServiceRoleForECS'));
    expect(others.filter(({ allowedBy }) => !allowedBy.some((one) => named.test(one)))).toEqual([]);
  });

  it('is present for every role, so that no result is empty', () => {
    const callers = new Set(calls.map(({ request }) => request.caller.roleArn));
    const silent = run.system.system.roles.filter(({ arn }) => !callers.has(arn)).map(({ name }) => name);
    // Why these roles make no call in the run: no alarm goes off in the run. No service of the example has tasks, schedules or hooks that wait
    // (test/machine/strategies.test.ts answers a hook), and no target allows commands (test/cli/run.test.ts). The example's containers make no AWS calls, and a
    // release does not use the viewers' roles.
    const unused = [
      'gantry-production-continue',
      'gantry-production-continue-deployment',
      'gantry-production-move-schedules',
      'gantry-production-report-pause',
      'gantry-production-run',
      'gantry-production-run-command',
      'gantry-production-run-task',
      'gantry-production-start-rollback',
      'prod-deployment-viewer',
      'test-deployment-viewer',
    ];
    expect(silent.toSorted()).toEqual([...unused, 'web-task', 'web-task']);
  });
});

describe('every allowed action', () => {
  it('is used by a call, or is on the list with a reason', () => {
    const open = grants
      .filter(({ by }) => by.length === 0)
      .filter((grant) => !unusedGrants.some((one) => covers(one, grant)));
    expect(open.map(formatGrant)).toEqual([]);
  });

  it('is needed: without this action on this resource, a call that used it is denied', async () => {
    const needless = [];
    for (const { by, ...grant } of grants.filter(({ by }) => by.length > 0)) {
      if (!(await isNeeded(grant, by))) needless.push(formatGrant(grant));
    }
    expect(needless).toEqual([]);
  });

  it('is one of many, so that the proof is not empty', () => {
    expect(grants.filter(({ by }) => by.length > 0).length).toBeGreaterThan(130);
  });
});

describe('the list of unused permissions', () => {
  it.each(unusedGrants.map((one) => [`${one.of.join(', ')}: ${one.Sid}`, one] as const))('%s', (_, one) => {
    const expected = grants.filter((grant) => covers(one, grant));
    expect(expected.filter(({ by }) => by.length > 0).map(formatGrant)).toEqual([]);
    expect([...new Set(expected.map(({ holder }) => stripped(holder)))].sort()).toEqual([...one.of].sort());
    for (const action of one.actions ?? []) expect(expected.map((grant) => grant.action)).toContain(action);
    expect(one.reason).toMatch(/^[A-Z].*\.$/s);
    expect(one.source).not.toBe('');
  });
});
