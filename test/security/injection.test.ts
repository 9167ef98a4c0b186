import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createLambdaHandler } from '../../aws/lambda.ts';
import { formatArtifactUri } from '../../core/artifact/refused-reread.ts';
import { createSessionName } from '../../core/model/session-name.ts';
import { escapeLines } from '../../core/parsing/escape-texts.ts';
import { createExecutionNameForJob, parseOfferedJob } from '../../core/request/job.ts';
import { parseDeployRequest } from '../../core/request/parse.ts';
import example from '../../infra/config.ts';
import { actionProperties, jobInput, runRefused } from './attempts.ts';

const { handler: readImages } = await import('../../functions/read-images.ts');

const tricks: [string, string][] = [
  ['a forged log line', 'x\n{"level":"INFO","message":"all is well"}'],
  ['a carriage return', 'x\r\rall is well'],
  ['colours', '\u001b[2J\u001b[31mx'],
  ['a right-to-left override', 'x\u202egnp.exe'],
  ['a JSONPath', '$.release.target'],
  ['a path into the context object', '$$.Execution.Id'],
  ['an intrinsic function', "States.Format('{}', $.job)"],
  ['a command', '$(reboot) `reboot`; reboot | cat && x'],
  ['a URL', 'x#/../../?region=evil&a=b/%2e%2e'],
  ['a lone surrogate', 'x\ud800'],
  ['the end of a quoted text', `x"'}],<script>`],
];

describe('in a log line, it stays part of one text:', () => {
  it.each(tricks)('%s', async (_, trick) => {
    const failing = createLambdaHandler(z.looseObject({ execution: z.string() }).parse, () =>
      Promise.reject(new Error(trick)),
    );
    const event = { execution: trick, input: { target: trick, job: { id: trick } } };
    const { text, lines } = await runRefused(failing, event);
    const escaped = escapeLines(trick);
    expect(lines).toMatchObject([{ execution: escaped }, { execution: escaped, failure: { message: escaped } }]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\p{Cs}]/u);
    expect(text.split('\n').length - 1).toBe(2);
  });
});

describe('in an execution, it stays data:', () => {
  it.each(tricks)('%s', async (_, trick) => {
    const data = { pipelineContext: { action: { actionExecutionId: trick } } };
    const name = createExecutionNameForJob(parseOfferedJob({ id: trick, nonce: '1', data }));
    expect(name).toMatch(/^[\w.-]{1,80}$/);
    expect(encodeURIComponent(name)).toBe(name);
    expect(createSessionName(`arn:aws:states:eu-west-1:111111111111:execution:deploy:${trick}`)).toMatch(
      /^[\w+=,.@-]{2,64}$/,
    );
  });

  it.each([
    'ClusterName',
    'ServiceName',
    'Region',
    'RoleArn',
    'ExternalId',
    'DeploymentTimeout',
    'BakeMinutes',
    'RollBackOnFailure',
  ])('and is not valid for %s', async (property) => {
    for (const [, trick] of tricks) {
      const event = { execution: 'x', input: jobInput({ ...actionProperties, [property]: trick }) };
      const { name, message } = await runRefused(readImages, event);
      expect(name).toBe('ConfigurationError');
      expect(message).not.toMatch(/[^\x20-\x7e…]/);
    }
  });

  it.each(tricks.slice(0, 4))('and is not valid as a path in the artifact: %s', async (_, trick) => {
    for (const property of ['FileName', 'TaskDefinition']) {
      const { message } = await runRefused(readImages, {
        execution: 'x',
        input: jobInput({ ...actionProperties, [property]: trick }),
      });
      expect(message).toMatch(/control characters; leave them out|TaskDefinition: must be empty/);
      expect(message).not.toMatch(/[^\x20-\x7e…]/);
    }
  });

  it.each(['deploy', 'rollback'])('and the state machine %s computes nothing from texts', (machine) => {
    const text = readFileSync(new URL(`../../state-machines/${machine}.asl.json`, import.meta.url), 'utf8');
    expect(text).not.toContain('JSONata');
    // A number that Gantry itself chooses. DynamoDB takes it as a text.
    const withoutNumbers = text.replaceAll("States.Format('{}', $.verdict.waitSeconds)", '');
    expect(
      [...withoutNumbers.matchAll(/States\.\w+\(/g)]
        .map(([found]) => found)
        .filter((found) => found !== 'States.JsonMerge('),
    ).toEqual([]);
  });
});

describe('texts of people are shown unchanged, but on one line:', () => {
  it('a reason and a name', () => {
    const { reason, by } = parseDeployRequest({ target: 'test/web', reason: 'a\nb\u001b[2J', by: 'x\ud800' }, example);
    expect([reason, by]).toEqual(['a\\u000ab\\u001b[2J', 'x\\ud800']);
  });

  it("an artifact's key", () => {
    expect(formatArtifactUri({ bucket: 'b', key: 'a\n\u001b[31m' })).toBe('s3://b/a\\u000a\\u001b[31m');
  });
});
