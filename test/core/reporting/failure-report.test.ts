import { describe, expect, it } from 'vitest';
import { type ExecutionData, parseExecutionData } from '../../../core/reporting/execution-data.ts';
import { createFailureReport } from '../../../core/reporting/failure-report.ts';
import { revisionArn } from '../rollout/facts.ts';
import {
  createServiceStatus,
  failedVerdict,
  plannedExecution,
  registeredExecution,
  requestedExecution,
  updatedExecution,
} from './execution-data-examples.ts';

const thrown = (name: string, errorMessage: string) => ({
  Error: name,
  Cause: JSON.stringify({ errorType: name, errorMessage, trace: ['at secret (/var/task/index.mjs:1:1)'] }),
});
const settled = (back: boolean, sentence: string): ExecutionData['rollbackOutcome'] => ({
  outcome: 'settled',
  back,
  sentence,
  serviceStatus: failedVerdict.serviceStatus,
});
const record = { start: '2026-11-23T09:00:00.000Z' };
const lease: ExecutionData['lease'] = { status: 'held', fence: 1, until: '2026-11-23T09:03:00.000Z' };
const nothing: ExecutionData = { execution: 'arn', kind: 'deploy', source: { type: 'hand' } };
const stopped: ExecutionData['rollBack'] = { did: 'stopped', sentence: 'Gantry stopped the deployment with ROLLBACK.' };

describe('the report of an error', () => {
  it.each<[what: string, data: ExecutionData, type: string, message: RegExp]>([
    [
      'a Failure of Gantry, unchanged',
      requestedExecution({ error: thrown('ConfigurationError', 'No container is named "app".') }),
      'ConfigurationError',
      /^No container is named "app"\.\ntest\/web was not touched\.$/,
    ],
    [
      'a refusal by AWS',
      plannedExecution({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /^AWS refused\.\ntest\/web was not touched\.$/,
    ],
    [
      'an error of Lambda, with the state',
      { ...nothing, error: { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' } },
      'SystemUnavailable',
      /^Gantry failed in the step Read Images: Lambda\.TooManyRequestsException, Rate Exceeded\.\nThe service was not touched\.$/,
    ],
    [
      'a state that timed out',
      requestedExecution({ error: { Error: 'States.Timeout', Cause: '' } }),
      'SystemUnavailable',
      /in the step Take Lease: States\.Timeout\n/,
    ],
    [
      'a function that timed out',
      plannedExecution({ record, error: thrown('Sandbox.Timedout', 'Task timed out after 30.00 seconds') }),
      'SystemUnavailable',
      /in the step Register Revision: Sandbox\.Timedout, Task timed out/,
    ],
    [
      'a bug',
      plannedExecution({ error: thrown('TypeError', 'x is not a function') }),
      'JobFailed',
      /in the step Record Start: TypeError, x is not a function/,
    ],
    [
      'an update that ECS refused',
      registeredExecution({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /was not changed; the revision web:13 stays registered/,
    ],
    [
      'an update whose answer was lost',
      registeredExecution({ error: thrown('SystemUnavailable', 'No answer.') }),
      'SystemUnavailable',
      /Whether test\/web was updated to web:13 is not known/,
    ],
    [
      'that the first check failed',
      updatedExecution({ error: thrown('PermissionError', 'AWS refused.') }),
      'PermissionError',
      /left in the middle of deployment ecs-svc\/2 to web:13, which goes on without us and was not rolled back\. It has not been checked since\./,
    ],
    [
      'that a later check failed',
      updatedExecution({
        verdict: { outcome: 'going on', waitSeconds: 12, serviceStatus: failedVerdict.serviceStatus },
        error: thrown('SystemUnavailable', 'No answer.'),
      }),
      'SystemUnavailable',
      /At the last check it was on web:13 \(1 of 2 tasks of web:13 runs\)\./,
    ],
    [
      'that the watch continues if AWS did not answer until the deadline',
      updatedExecution({
        verdict: { outcome: 'going on', waitSeconds: 12, serviceStatus: failedVerdict.serviceStatus },
        error: thrown('SystemUnavailable', 'No answer.'),
        unanswered: thrown('SystemUnavailable', 'No answer.'),
      }),
      'SystemUnavailable',
      /to web:13, which goes on\. At the last check it was on .*\. Gantry continues to check it, and rolls it back if it was not stable in time\.$/,
    ],
    [
      'that the watch ends in that case if nobody is to roll back',
      updatedExecution({
        release: { ...updatedExecution({}).release!, rollBackOnFailure: false },
        error: thrown('SystemUnavailable', 'No answer.'),
        unanswered: thrown('SystemUnavailable', 'No answer.'),
      }),
      'SystemUnavailable',
      /which goes on without us and was not rolled back\. It has not been checked since\./,
    ],
    [
      'that the rollback failed before it was decided',
      parseExecutionData({
        execution: 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-rollback:one',
        input: { target: 'test/web', error: { Error: 'States.Timeout', Cause: '' } },
      }),
      'SystemUnavailable',
      /in the step Decide Rollback: States\.Timeout\n/,
    ],
    [
      'that the rollback failed when it was decided again',
      requestedExecution({ kind: 'rollback', lease, error: { Error: 'States.Timeout', Cause: '' } }),
      'SystemUnavailable',
      /in the step Decide Rollback: States\.Timeout\n/,
    ],
    ['that there is no result', requestedExecution(), 'JobFailed', /ended without a result/],
  ])('says %s', (_, data, type, message) => {
    const report = createFailureReport(data);
    expect(report).toEqual({ type, message: expect.stringMatching(message) });
    expect(report.message).not.toContain('/var/task');
  });
});

describe('the report of a failed rollout', () => {
  const home = settled(true, 'The service is back on web:12 (2 of 2 tasks of web:12 run).');
  it.each<[what: string, data: ExecutionData, second: string]>([
    [
      'what Gantry did and which revision the service is on',
      updatedExecution({ verdict: failedVerdict, rollBack: stopped, rollbackOutcome: home }),
      'Gantry stopped the deployment with ROLLBACK. The service is back on web:12 (2 of 2 tasks of web:12 run).',
    ],
    [
      'which revision ECS restored',
      updatedExecution({ verdict: { ...failedVerdict, rollBack: 'ecs' }, rollbackOutcome: home }),
      'The service is back on web:12 (2 of 2 tasks of web:12 run).',
    ],
    [
      'that the service is already on the old revision',
      updatedExecution({
        verdict: {
          ...failedVerdict,
          rollBack: 'none',
          serviceStatus: createServiceStatus('web:12', 1),
        },
      }),
      'test/web was on web:12 (1 of 2 tasks of web:12 runs) at the last check.',
    ],
    [
      'that the release requested no rollback',
      updatedExecution({
        release: { ...requestedExecution().release!, rollBackOnFailure: false },
        verdict: { ...failedVerdict, rollBack: 'none' },
      }),
      'It was not rolled back, as requested. test/web was on web:13 (1 of 2 tasks of web:13 runs) at the last check.',
    ],
    [
      'that it was not rolled back',
      updatedExecution({ verdict: { ...failedVerdict, rollBack: 'none' } }),
      'It was not rolled back. test/web was on web:13 (1 of 2 tasks of web:13 runs) at the last check.',
    ],
    [
      'that the rollback was denied',
      updatedExecution({ verdict: failedVerdict, error: thrown('PermissionError', 'AWS refused.') }),
      'test/web was on web:13 (1 of 2 tasks of web:13 runs) at the last check. AWS refused.',
    ],
    [
      'that the rollback failed, and in which state',
      updatedExecution({ verdict: failedVerdict, rollBack: stopped, error: { Error: 'States.Timeout', Cause: '' } }),
      'Gantry stopped the deployment with ROLLBACK. test/web was on web:13 (1 of 2 tasks of web:13 runs) at the last check. Gantry failed in the step Watch Rollback: States.Timeout',
    ],
  ])('continues after the first sentence with %s, then the details', (_, data, second) => {
    expect(createFailureReport(data)).toEqual({
      type: 'JobFailed',
      message: `Deployment ecs-svc/2 of web:13 does not stay up.\n${second}\nStopped tasks: 3`,
    });
  });

  it('has its own type if another deployment superseded ours', () => {
    const by = { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14') };
    const verdict = {
      outcome: 'superseded' as const,
      reason: 'Superseded by ecs-svc/3.',
      serviceStatus: failedVerdict.serviceStatus,
      by,
    };
    expect(createFailureReport(updatedExecution({ verdict }))).toEqual({
      type: 'RevisionOutOfSync',
      message: 'Superseded by ecs-svc/3.',
    });
  });

  it("has at most CodePipeline's 5000 characters, and is shortened in the middle", () => {
    const { message } = createFailureReport(
      updatedExecution({ verdict: { ...failedVerdict, reason: `First.\n${'x'.repeat(9000)} the end` } }),
    );
    expect(message).toHaveLength(5000);
    expect(message).toMatch(/^First\.[\s\S]* … x+ the end$/);
  });
});
