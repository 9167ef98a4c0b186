import { describe, expect, it } from 'vitest';
import { type Story, storyOf } from '../../../core/reporting/execution-data.ts';
import { failureReport } from '../../../core/reporting/failure.ts';
import { revision } from '../rollout/facts.ts';
import { asked, failed, planned, registered, updated } from './execution-data-examples.ts';

const thrown = (name: string, errorMessage: string) => ({
  Error: name,
  Cause: JSON.stringify({ errorType: name, errorMessage, trace: ['at secret (/var/task/index.mjs:1:1)'] }),
});
const settled = (back: boolean, sentence: string): Story['standing'] => ({
  outcome: 'settled',
  back,
  sentence,
  standing: failed.standing,
});
const record = { start: '2026-11-23T09:00:00.000Z' };
const lease: Story['lease'] = { status: 'held', fence: 1, until: '2026-11-23T09:03:00.000Z' };
const nothing: Story = { execution: 'arn', kind: 'deploy', source: { type: 'hand' } };
const stopped: Story['rollBack'] = { did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' };

describe('the report of an error', () => {
  it.each<[what: string, story: Story, type: string, message: RegExp]>([
    [
      'our own failure, word for word',
      asked({ error: thrown('ConfigurationError', 'No container is named "app".') }),
      'ConfigurationError',
      /^No container is named "app"\.\ntest\/web was not touched\.$/,
    ],
    [
      'a refusal by AWS',
      planned({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /^AWS refused\.\ntest\/web was not touched\.$/,
    ],
    [
      'an error of Lambda, and where',
      { ...nothing, error: { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' } },
      'SystemUnavailable',
      /^Gantry failed in the step Read Images: Lambda\.TooManyRequestsException, Rate Exceeded\.\nThe service was not touched\.$/,
    ],
    [
      'a state that timed out',
      asked({ error: { Error: 'States.Timeout', Cause: '' } }),
      'SystemUnavailable',
      /in the step Take Lease: States\.Timeout\n/,
    ],
    [
      'a function that timed out',
      planned({ record, error: thrown('Sandbox.Timedout', 'Task timed out after 30.00 seconds') }),
      'SystemUnavailable',
      /in the step Register Revision: Sandbox\.Timedout, Task timed out/,
    ],
    [
      'a bug',
      planned({ error: thrown('TypeError', 'x is not a function') }),
      'JobFailed',
      /in the step Record Start: TypeError, x is not a function/,
    ],
    [
      'an update that ECS refused',
      registered({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /was not changed; the revision web:13 stays registered/,
    ],
    [
      'an update whose answer was lost',
      registered({ error: thrown('SystemUnavailable', 'No answer.') }),
      'SystemUnavailable',
      /Whether test\/web was updated to web:13 is not known/,
    ],
    [
      'the first look that failed',
      updated({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /left in the middle of deployment ecs-svc\/2 to web:13, which goes on without us and was not rolled back\. It has not been looked at since\./,
    ],
    [
      'a later look that failed',
      updated({
        verdict: { outcome: 'going on', waitSeconds: 12, standing: failed.standing },
        error: thrown('SystemUnavailable', 'No answer.'),
      }),
      'SystemUnavailable',
      /At the last look it was on web:13 with 1 of 2 tasks running\./,
    ],
    [
      'where a way back broke before it was decided',
      storyOf({
        execution: 'arn:aws:states:eu-west-1:111111111111:execution:web-shop-production-rollback:one',
        input: { target: 'test/web', error: { Error: 'States.Timeout', Cause: '' } },
      }),
      'SystemUnavailable',
      /in the step Decide Rollback: States\.Timeout\n/,
    ],
    [
      'where a way back broke when it was decided again',
      asked({ kind: 'rollback', lease, error: { Error: 'States.Timeout', Cause: '' } }),
      'SystemUnavailable',
      /in the step Decide Rollback: States\.Timeout\n/,
    ],
    ['no result at all', asked(), 'JobFailed', /ended without a result/],
  ])('says %s', (_, story, type, message) => {
    const report = failureReport(story);
    expect(report).toEqual({ type, message: expect.stringMatching(message) });
    expect(report.message).not.toContain('/var/task');
  });
});

describe('the report of a failed rollout', () => {
  const home = settled(true, 'The service is back on web:12 with 2 of 2 tasks running.');
  it.each<[what: string, story: Story, second: string]>([
    [
      'what Gantry did and where the service is',
      updated({ verdict: failed, rollBack: stopped, standing: home }),
      'Gantry stopped the deployment with ROLLBACK. The service is back on web:12 with 2 of 2 tasks running.',
    ],
    [
      'where ECS put it',
      updated({ verdict: { ...failed, rollBack: 'ecs' }, standing: home }),
      'The service is back on web:12 with 2 of 2 tasks running.',
    ],
    [
      'that it is back already',
      updated({
        verdict: { ...failed, rollBack: 'none', standing: { ...failed.standing, taskDefinition: revision('web:12') } },
      }),
      'test/web was on web:12 with 1 of 2 tasks running at the last look.',
    ],
    [
      'that nobody wanted it rolled back',
      updated({ release: { ...asked().release!, rollBackOnFailure: false }, verdict: { ...failed, rollBack: 'none' } }),
      'It was not rolled back, as asked for. test/web was on web:13 with 1 of 2 tasks running at the last look.',
    ],
    [
      'that it was not rolled back',
      updated({ verdict: { ...failed, rollBack: 'none' } }),
      'It was not rolled back. test/web was on web:13 with 1 of 2 tasks running at the last look.',
    ],
    [
      'that a way back is not gone back from',
      updated({
        kind: 'rollback',
        release: { ...asked().release!, rollBackOnFailure: false },
        verdict: { ...failed, rollBack: 'none' },
      }),
      'From a way back Gantry does not go back by itself: the service needs a person. test/web was on web:13 with 1 of 2 tasks running at the last look.',
    ],
    [
      'that the rollback was refused',
      updated({ verdict: failed, error: thrown('PermissionError', 'AWS refused.') }),
      'test/web was on web:13 with 1 of 2 tasks running at the last look. AWS refused.',
    ],
    [
      'that the rollback broke, and where',
      updated({ verdict: failed, rollBack: stopped, error: { Error: 'States.Timeout', Cause: '' } }),
      'Gantry stopped the deployment with ROLLBACK. test/web was on web:13 with 1 of 2 tasks running at the last look. Gantry failed in the step Watch Rollback: States.Timeout',
    ],
  ])('says after the first sentence %s, then the details', (_, story, second) => {
    expect(failureReport(story)).toEqual({
      type: 'JobFailed',
      message: `Deployment ecs-svc/2 of web:13 does not stay up.\n${second}\nStopped tasks: 3`,
    });
  });

  it('is of its own type where another deployment superseded ours', () => {
    const by = { deploymentId: 'ecs-svc/3', taskDefinition: revision('web:14') };
    const verdict = {
      outcome: 'superseded' as const,
      reason: 'Superseded by ecs-svc/3.',
      standing: failed.standing,
      by,
    };
    expect(failureReport(updated({ verdict }))).toEqual({
      type: 'RevisionOutOfSync',
      message: 'Superseded by ecs-svc/3.',
    });
  });

  it("stays within CodePipeline's 5000 characters, with a mark where it was cut", () => {
    const { message } = failureReport(updated({ verdict: { ...failed, reason: `First.\n${'x'.repeat(9000)}` } }));
    expect(message).toHaveLength(5000);
    expect(message.endsWith(' …')).toBe(true);
  });
});
