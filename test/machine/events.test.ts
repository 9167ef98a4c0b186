import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type PlayResult, playEvent } from '../../demo/play-event.ts';
import config from '../../infra/config.ts';
import { loadInProcessRunner } from '../../local/lambda/in-process.ts';

const root = join(import.meta.dirname, '..', '..');
const library = readFileSync(inject('library'), 'utf8');
const files = readdirSync(join(root, 'events')).sort();

interface Expected {
  /** Matches the answer: an execution's ARN, or a function's result. */
  answer: RegExp;
  /** The executions that the event starts: their final status and message. */
  ends: [status: string, message: RegExp][];
  /** The revision that test/web runs at the end; at the start it runs web:3. */
  on: string;
}

const refused = (message: RegExp): Expected => ({ answer: /execution:/, ends: [['FAILED', message]], on: 'web:3' });
const stable = (on: string): Expected => ({
  answer: /execution:|"started":\["/,
  ends: [['SUCCEEDED', new RegExp(`stable on ${on}`)]],
  on,
});

const back = (on: string): Expected => ({
  answer: /execution:/,
  ends: [['SUCCEEDED', new RegExp(`The service is back on ${on}`)]],
  on,
});

const nothing = (why: RegExp): Expected => ({
  answer: /execution:/,
  ends: [['SUCCEEDED', new RegExp(`Nothing was done. .*${why.source}`)]],
  on: 'web:3',
});

/** The expected result of each sample in events/. */
const table: Record<string, Expected> = {
  'wake.deployment-completed.json': { answer: /"woken":0/, ends: [], on: 'web:3' },
  'wake.task-stopped.json': { answer: /"woken":0/, ends: [], on: 'web:3' },
  'take-job.started.json': stable('web:4'),
  'take-job.schedule.json': stable('web:4'),
  // CodePipeline does not know the sample's job, so Gantry cannot confirm the job's pipeline.
  'take-job.invoke.json': {
    answer: /"started":\["/,
    ends: [['FAILED', /CodePipeline does not tell which pipeline the job belongs to/]],
    on: 'web:3',
  },
  'take-job.invoke-not-json.json': {
    answer: /"started":\["/,
    ends: [['FAILED', /UserParameters/]],
    on: 'web:3',
  },
  'take-job.stage-started.json': { answer: /ConfigurationError/, ends: [], on: 'web:3' },
  'report-dead-execution.aborted.json': { answer: /./, ends: [], on: 'web:3' },
  'deploy.redeploy.json': stable('web:3'),
  'deploy_test.redeploy.json': stable('web:3'),
  // The entry machine refuses the input, so it starts no shared execution.
  'deploy_test.other-target.json': { answer: /execution:gantry-production-deploy_test:/, ends: [], on: 'web:3' },
  'deploy.images.json': stable('web:4'),
  'deploy.artifact.json': stable('web:4'),
  'deploy.revision.json': stable('web:1'),
  'deploy.full-target.json': stable('web:4'),
  'deploy.mistake.json': refused(/test\/webb[\s\S]*A correct input/),
  'deploy.mistake-list.json': refused(/must be a JSON object; found a list of 1[\s\S]*A correct input/),
  'rollback.by-hand.json': back('web:2'),
  'rollback.full-target.json': back('web:2'),
  'rollback.revision.json': back('web:1'),
  'rollback.mistake.json': refused(/no property "revison"[\s\S]*A correct input/),
  'rollback.mistake-text.json': refused(/must be a JSON object; found "test\/web"[\s\S]*A correct input/),
  // Neither the example's configuration nor its service names this alarm, and its dimensions prove nothing.
  'rollback.alarm.json': nothing(
    /speaks for no service of gantry.config.ts: the alarm web-memory in account 222222222222/,
  ),
  'rollback.alarm-before.json': nothing(/speaks for no service of gantry.config.ts/),
  'rollback.foreign-account.json': nothing(
    /speaks for no service of gantry.config.ts: the alarm web-memory in account 444444444444/,
  ),
  'rollback.deployment-failed-late.json': nothing(/It is not the newest any more/),
};

describe('every sample event', () => {
  it('has an expected result here, and every expected result has a sample', () => {
    expect(files).toEqual(Object.keys(table).sort());
  });

  it.each(files)('%s has the expected answer, executions and revision', async (file) => {
    const expected = table[file]!;
    const event: unknown = JSON.parse(readFileSync(join(root, 'events', file), 'utf8'));
    const played: PlayResult = await playEvent(file.split('.')[0]!, event, {
      bundles: inject('bundles'),
      prepare: (cloud) => loadInProcessRunner(library, config)(cloud, []),
    });
    expect(JSON.stringify(played.answer)).toMatch(expected.answer);
    expect(played.executions.map(({ status }) => status)).toEqual(expected.ends.map(([status]) => status));
    for (const [index, [, message]] of expected.ends.entries())
      expect(played.executions[index]!.message).toMatch(message);
    expect(played.services.find(({ name }) => name === 'test/web')?.after).toBe(expected.on);
  });
});
