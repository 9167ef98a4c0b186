import type { Assumption } from './assumption.ts';
import { assumptions } from './list.ts';

const introduction = `# What Gantry assumes of AWS

Some behaviour of AWS is not documented. Where Gantry depends on such a behaviour, \`local/assumptions/\` lists it as a question with its possible answers.
The embedded AWS gives the default answer. \`npm run local -- --assume poll-nonce=renewed\` selects another one.

\`npm run assumptions\` plays releases, rollbacks and jobs under every answer, one at a time, and prints what did not end as it must. The random tests of
\`npm run chaos\` draw an answer to each question. An answer that Gantry does not survive is a bug in Gantry.

This page is generated: \`npm run assumptions:write\` writes it.
`;

const probeKinds = {
  read: 'by reading',
  create: 'by creating something small',
  none: 'not at all',
};

const answerLine = (one: Assumption, [name, meaning]: [string, string]): string =>
  `| \`${name}\`${name === one.default ? ' (default)' : ''} | ${meaning} |`;

const formatAssumption = ([id, one]: [string, Assumption]): string =>
  [
    `## ${id}`,
    '',
    one.question,
    '',
    '| answer | meaning |',
    '|---|---|',
    ...Object.entries(one.answers).map((answer) => answerLine(one, answer)),
    '',
    `- Evidence: ${one.evidence}`,
    `- What depends on it: ${one.affects}`,
    `- How to find out: ${probeKinds[one.probe.by]}. ${one.probe.how}`,
    ...(one.notPlayable === undefined ? [] : [`- Not played yet: ${one.notPlayable}`]),
    '',
  ].join('\n');

/** Generates docs/assumptions.md from the list. */
export const formatAssumptionsDocument = (): string =>
  [introduction, ...Object.entries(assumptions).map(formatAssumption)].join('\n');
