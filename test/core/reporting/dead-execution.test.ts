import { describe, expect, it } from 'vitest';
import {
  createDeadExecutionReport,
  isJobTakenOver,
  parseDeadExecution,
  parseSweepOrDeadExecution,
  tryParseJobOfRequest,
} from '../../../core/reporting/dead-execution.ts';

const arn = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:one';
const event = (detail: Record<string, unknown>, type = 'Step Functions Execution Status Change') => ({
  version: '0',
  'detail-type': type,
  source: 'aws.states',
  detail: { executionArn: arn, stateMachineArn: 'arn', name: 'one', startDate: 0, stopDate: 1, ...detail },
});

describe('a dead execution', () => {
  it.each([
    ['FAILED', /failed before it could report/],
    ['TIMED_OUT', /exceeded its time-out/],
    ['ABORTED', /aborted by somebody/],
  ])('that %s is reported with its ARN and the advice to check the service', (status, message) => {
    const report = createDeadExecutionReport(parseDeadExecution(event({ status, input: '{}', output: null })));
    expect(report).toEqual({ type: 'JobFailed', message: expect.stringMatching(message) });
    expect(report.message).toContain(arn);
    expect(report.message).toContain('check its deployments before you retry');
  });

  it('is reported with the error of its last state as type and message, without the stack trace', () => {
    const cause = JSON.stringify({ errorType: 'PermissionError', errorMessage: 'AWS refused.', trace: ['at x'] });
    const report = createDeadExecutionReport(
      parseDeadExecution(event({ status: 'FAILED', error: 'PermissionError', cause })),
    );
    expect(report.type).toBe('PermissionError');
    expect(report.message).toContain('(PermissionError: AWS refused.)');
    expect(report.message).not.toContain('trace');
  });

  it.each([
    ['succeeded', event({ status: 'SUCCEEDED' })],
    ['is none', event({ status: 'FAILED' }, 'Scheduled Event')],
  ])('event is refused if %s', (_, given) => {
    expect(() => parseDeadExecution(given)).toThrow();
  });

  it.each([
    [{ job: { id: '7' } }, '7'],
    [{ job: { id: '7', configuration: {} }, release: {} }, '7'],
    [{ target: 'test/web' }, undefined],
    [{ given: { job: { id: '7' } } }, undefined],
    [undefined, undefined],
  ])('that was started for %j has the job %s', (request, job) => {
    expect(tryParseJobOfRequest(request)?.id).toBe(job);
  });

  it.each([
    ['nobody', [], false],
    ['itself', ['one'], false],
    ['a successor', ['one-7f3a'], true],
    ['another deployment', ['two'], false],
  ])('of a job that %s has is taken over: %s', (_, names, taken) => {
    const running = names.map((name) => arn.replace(/one$/, name));
    expect(isJobTakenOver({ id: '7', actionExecutionId: 'one' }, arn, running)).toBe(taken);
  });

  it('is searched for if the event is a schedule', () => {
    expect(parseSweepOrDeadExecution({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' })).toBe('sweep');
    expect(parseSweepOrDeadExecution(event({ status: 'ABORTED' }))).toMatchObject({ arn, status: 'ABORTED' });
  });
});
