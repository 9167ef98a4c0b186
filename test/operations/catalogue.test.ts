import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import example from '../../gantry.config.ts';
import { installationOf } from '../../infra/arns.ts';
import { alarmsOf } from '../../infra/system-watch.ts';
import { failures, gone, left, overtaken, permissions, unavailable } from './failures.ts';
import { type Catalogue, mistakes } from './mistakes.ts';
import { roles } from './roles.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** The first column of the table under a heading. */
const rowsUnder = (heading: string): string[] => {
  const [, section = ''] = page.split(`\n${heading}\n`);
  const [table = ''] = section.split('\n#');
  return [...table.matchAll(/^\| `(.+?)` \|/gm)].map(([, words = '']) => words);
};

/** `…` stands for anything. */
const like = (words: string): RegExp =>
  new RegExp(
    words
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[\\s\\S]+?'),
  );

const produced = async (produce: () => unknown): Promise<Error> => {
  try {
    return new Error(`nothing went wrong: ${JSON.stringify(await produce())}`);
  } catch (error) {
    return error as Error;
  }
};

describe.each<[string, Catalogue]>([
  ['ConfigurationError', mistakes],
  ['PermissionError', { ...permissions, ...roles }],
  ['RevisionOutOfSync', overtaken],
  ['RevisionUnavailable', gone],
  ['SystemUnavailable', unavailable],
  ['JobFailed', failures],
  ['Where the service was left', left],
])('%s', (type, catalogue) => {
  it('is catalogued as far as it is produced here, and no further', () => {
    expect(rowsUnder(`### ${type}`)).toEqual(Object.keys(catalogue));
  });

  it.each(Object.entries(catalogue))('%s', async (words, produce) => {
    const { name, message } = await produced(produce);
    expect(message).toMatch(like(words));
    if (catalogue !== left) expect(name).toBe(type);
  });
});

it('every alarm that is installed says what it means and what to do', () => {
  const here = installationOf(example, 'production', 'arn:aws:kms:eu-west-1:111111111111:key/1');
  const names = alarmsOf(here).map(({ name }) => name.replace('web-shop-production-', ''));
  expect(rowsUnder('## The alarms')).toEqual(names);
});
