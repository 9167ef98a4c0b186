import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { declareAlarms } from '../../infra/system-monitoring.ts';
import {
  failureErrors,
  missingArtifactErrors,
  permissionErrors,
  serviceStateMessages,
  supersededErrors,
  unavailableErrors,
} from './failures.ts';
import { roleErrors } from './roles.ts';
import { type MessageCatalogue, validationErrors } from './validation-errors.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** Returns the first column of the table below a heading. */
const rowsUnder = (heading: string): string[] => {
  const [, section = ''] = page.split(`\n${heading}\n`);
  const [table = ''] = section.split('\n#');
  return [...table.matchAll(/^\| `(.+?)` \|/gm)].map(([, words = '']) => words);
};

/** Converts a message of the catalogue to a pattern: `…` matches any text. */
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

describe.each<[string, MessageCatalogue]>([
  ['ConfigurationError', validationErrors],
  ['PermissionError', { ...permissionErrors, ...roleErrors }],
  ['RevisionOutOfSync', supersededErrors],
  ['RevisionUnavailable', missingArtifactErrors],
  ['SystemUnavailable', unavailableErrors],
  ['JobFailed', failureErrors],
  ['Where the service was left', serviceStateMessages],
])('%s', (type, catalogue) => {
  it('lists exactly the messages that these tests produce', () => {
    expect(rowsUnder(`### ${type}`)).toEqual(Object.keys(catalogue));
  });

  it.each(Object.entries(catalogue))('%s', async (words, produce) => {
    const { name, message } = await produced(produce);
    expect(message).toMatch(like(words));
    if (catalogue !== serviceStateMessages) expect(name).toBe(type);
  });
});

it('every installed alarm says what it means and what to do', () => {
  const here = resolveInstallation(example, 'production', 'arn:aws:kms:eu-west-1:111111111111:key/1');
  const names = declareAlarms(here).map(({ name }) => name.replace('gantry-production-', ''));
  expect(rowsUnder('## The alarms')).toEqual(names);
});
