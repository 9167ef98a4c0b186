import { describe, expect, it } from 'vitest';
import { summarizeCommandEnd } from '../../cli/command-end.ts';
import { formatStopMessage } from '../../cli/stop-message.ts';

const machine = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-run';
const end = { outcome: 'ended', result: 'failed', error: 'JobFailed', message: 'It failed.' };
const started = { ...end, task: 'arn:task', start: '2026-11-23T09:00:00.000Z' };
const failed = { status: 'FAILED', error: 'JobFailed', cause: 'It failed.' };
const lambdaError = JSON.stringify({ errorType: 'SystemUnavailable', errorMessage: 'AWS is away.', trace: [] });

describe('the exit code of a command', () => {
  it.each<[what: string, execution: object, command: object | undefined, exitCode: number, message: string]>([
    ['that succeeded', { status: 'SUCCEEDED' }, { ...started, result: 'succeeded', exitCode: 0 }, 0, 'It failed.'],
    ['is that of its container', failed, { ...started, exitCode: 3 }, 3, 'It failed.'],
    ['is that of its container, also if a signal ended it', failed, { ...started, exitCode: 143 }, 143, 'It failed.'],
    ['is never 0 if its time was over', failed, { ...started, exitCode: 0 }, 125, 'It failed.'],
    [
      'is never 0 if that of a container on Windows has no low bits',
      failed,
      { ...started, exitCode: 0x100 },
      125,
      'It failed.',
    ],
    ['has the low bits of a large one', failed, { ...started, exitCode: 0xc000013a }, 0x3a, 'It failed.'],
    ['is not known without a container', failed, started, 125, 'It failed.'],
    ['is 2 if the request is wrong', { ...failed, error: 'ConfigurationError' }, end, 2, 'It failed.'],
    ['is 4 if AWS refuses it before the start', { ...failed, error: 'PermissionError' }, end, 4, 'It failed.'],
    ['is not known if AWS refuses a check', { ...failed, error: 'PermissionError' }, started, 125, 'It failed.'],
    [
      'is 4 if AWS does not answer before the start',
      { status: 'FAILED', error: 'SystemUnavailable', cause: lambdaError },
      undefined,
      4,
      'AWS is away.',
    ],
    [
      'is not known if somebody stopped it',
      { status: 'ABORTED' },
      undefined,
      125,
      'The execution was stopped. Gantry stops its task within a minute or two.',
    ],
    [
      'is not known if Step Functions ended it',
      { status: 'TIMED_OUT' },
      undefined,
      125,
      'The execution ended TIMED_OUT; it gave no reason.',
    ],
  ])('%s', (_, execution, command, exitCode, message) => {
    expect(summarizeCommandEnd(execution, JSON.stringify({ command })).end).toMatchObject({ exitCode, message });
  });
});

describe('after Ctrl-C, the message', () => {
  it.each([
    [`${machine}:test_run-1`, `--execution-arn ${machine}_test:run-1`],
    [`${machine}:by-hand`, `--execution-arn ${machine}:by-hand`],
  ])('about %s says how to stop it: %s', (execution, says) => {
    expect(formatStopMessage(execution)).toMatch(
      /^Stopped watching\. The command continues; to watch it again: gantry watch /,
    );
    expect(formatStopMessage(execution)).toContain(says);
  });

  it('about a deployment does not', () => {
    expect(formatStopMessage(machine.replace('-run', '-deploy'))).not.toContain('stop-execution');
  });
});
