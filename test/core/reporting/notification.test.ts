import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../core/reporting/ledger.ts';
import { createChatMessage, createEmail, createEndNotice } from '../../../core/reporting/notification.ts';

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy:9d1c6f0a';
const family = 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web';

const entryWith = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  version: '1',
  kind: 'deploy',
  execution,
  service: { account: '222222222222', region: 'eu-west-1', cluster: 'shop', name: 'web' },
  target: 'test/web',
  source: { type: 'pipeline', name: 'web shop' },
  images: [],
  before: `${family}:12`,
  after: `${family}:13`,
  start: '2026-11-23T09:00:00.000Z',
  end: '2026-11-23T09:04:00.000Z',
  result: 'Failed',
  reason: 'Deployment ecs-svc/2 of web:13 does not stay up.',
  commit: { id: '7c211433f02071597741e6ff5a8ea34789abbf43', summary: 'Put the basket on the left' },
  ...changes,
});
const chatFor = (changes?: Partial<LedgerEntry>) =>
  createChatMessage(createEndNotice(entryWith(changes), { region: 'eu-west-1' }), entryWith(changes));

const commandsFor = (changes: Partial<LedgerEntry>) =>
  createEndNotice(entryWith(changes), { region: 'eu-west-1' }).commands;

describe('a message about the end of a deployment', () => {
  it.each<[what: string, changes: Partial<LedgerEntry>, title: string, commands: string[]]>([
    ['failed', {}, 'Failed: test/web', ['gantry rollback test/web', 'gantry status test/web']],
    ['was rolled back', { result: 'RolledBack' }, 'Rolled Back: test/web', ['gantry status test/web']],
    [
      'succeeded',
      { result: 'Succeeded' },
      'Succeeded: test/web',
      ['gantry rollback test/web', 'gantry status test/web'],
    ],
    ['had nothing to change', { result: 'Unchanged' }, 'Succeeded: test/web', ['gantry status test/web']],
    ['was superseded', { result: 'Superseded' }, 'Superseded: test/web', ['gantry status test/web']],
    [
      'is a rollback that succeeded',
      { kind: 'rollback', result: 'Succeeded' },
      'Rollback succeeded: test/web',
      ['gantry status test/web'],
    ],
    [
      'is a rollback that was superseded',
      { kind: 'rollback', result: 'Superseded' },
      'Rollback superseded: test/web',
      ['gantry status test/web'],
    ],
    [
      'is a rollback whose execution failed after it',
      { kind: 'rollback', result: 'RolledBack' },
      'Rollback succeeded: test/web',
      ['gantry status test/web'],
    ],
    [
      'is a rollback that ended well after the result',
      { rollback: { end: 'x', rolledBack: true, sentence: 'It runs web:12 again.' } },
      'Rollback succeeded: test/web',
      ['gantry status test/web'],
    ],
    [
      'is a rollback that ended badly after the result',
      { rollback: { end: 'x', rolledBack: false, sentence: 'It runs web:13.' } },
      'Rollback failed: test/web',
      ['gantry rollback test/web', 'gantry status test/web'],
    ],
    ['was refused before it changed the service', { after: undefined }, 'Failed: test/web', ['gantry status test/web']],
    [
      'found nothing to roll back',
      { kind: 'rollback', result: 'NothingToDo', after: undefined },
      'Nothing to roll back: test/web',
      ['gantry status test/web'],
    ],
    [
      'failed to start a rollback',
      { kind: 'rollback', after: undefined },
      'Rollback failed: test/web',
      ['gantry status test/web'],
    ],
    ['names a service outside the configuration', { target: undefined }, 'Failed: web in 222222222222', []],
  ])('that %s has its verdict as a title, and what a person can do', (_what, changes, title, commands) => {
    expect(chatFor(changes).content.title).toBe(title);
    expect(commandsFor(changes).map(([, command]) => command)).toEqual(commands);
  });

  it('has the reason, the revisions, the commit, who asked for it, and the links', () => {
    expect(chatFor().content.description.split('\n')).toEqual([
      'Deployment ecs-svc/2 of web:13 does not stay up.',
      'Revision: web:12 → web:13',
      'Commit: 7c211433f020 Put the basket on the left',
      'From: the pipeline web shop',
      `Execution: https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${execution}`,
      'Pipeline: https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/web%20shop/view?region=eu-west-1',
    ]);
  });

  it('has the same thread for the result and for the rollback after it, and another thread for another release', () => {
    const threadOf = (changes: Partial<LedgerEntry>) => chatFor(changes).metadata.threadId;
    expect(threadOf({ rollback: { end: 'x', rolledBack: true, sentence: '' } })).toBe(threadOf({}));
    expect(threadOf({ execution: `${execution}2` })).not.toBe(threadOf({}));
  });

  it.each([
    ['a mention of everybody', '<!channel> look', '&lt;!channel&gt; look'],
    ['a mention by name', '@here and (@ada)', '@ here and (@ ada)'],
    ['a digest, which is no mention', 'web@sha256:0f1d', 'web@sha256:0f1d'],
    ['a link with another text', '[log in](https://evil.example)', '[log in] (https://evil.example)'],
    ['an entity', '&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
  ])('shows %s of other people as plain text', (_what, reason, shown) => {
    expect(chatFor({ reason }).content.description.split('\n')[0]).toBe(shown);
  });

  it('keeps the end of a very long reason, which decides', () => {
    const sentence = chatFor({ reason: `begin ${'x'.repeat(4900)} exit code 1` }).content.description.split('\n')[0]!;
    expect(sentence.length).toBeLessThanOrEqual(1500);
    expect(sentence).toMatch(/^begin .* exit code 1$/);
  });

  it('as an e-mail has a subject that SNS accepts, and the same content', () => {
    const { subject, text } = createEmail(
      createEndNotice(entryWith({ target: `test/${'é'.repeat(200)}` }), { region: 'eu-west-1' }),
    );
    expect(subject).toMatch(/^[ -~]{1,100}$/);
    expect(text).toContain('Deployment ecs-svc/2 of web:13 does not stay up.\n\nRevision: web:12 → web:13\n');
    expect(text).toContain('Roll back: gantry rollback test/');
  });
});
