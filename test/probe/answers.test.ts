import { beforeAll, describe, expect, it } from 'vitest';
import { reportFindings } from '../../cli/probe/report.ts';
import type { Assumption } from '../../local/assumptions/assumption.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import { buildAccountId } from '../start.ts';
import { calledOperations, installReadable, probe, startProbedCloud, takeInventory } from './probed-account.ts';

const entries: [string, Assumption][] = Object.entries(assumptions);
const probed = entries.filter(
  ([
    ,
    {
      probe: { by },
      notPlayable,
    },
  ]) => (by === 'read' || by === 'create') && notPlayable === undefined,
);
const mostAnswers = Math.max(...probed.map(([, { answers }]) => Object.keys(answers).length));

/** The nth run selects the nth answer of every assumption, so that all runs together have every answer. */
const selections = Array.from({ length: mostAnswers }, (_, place) =>
  probed.map(([id, { answers }]) => {
    const names = Object.keys(answers);
    return { id, answer: names[place % names.length]! };
  }),
);

const rows = probed.flatMap(([id, { answers }]) =>
  Object.keys(answers).map((answer) => ({
    id,
    answer,
    run: selections.findIndex((selected) => selected.some((one) => one.id === id && one.answer === answer)),
  })),
);

async function play(answers: (typeof selections)[number]) {
  const aws = await startProbedCloud(answers);
  await installReadable(aws);
  const before = await takeInventory(aws);
  const reading = await probe(aws);
  const read = { findings: reportFindings(reading.findings, false), operations: calledOperations(aws) };
  const isRead = await takeInventory(aws);
  const created = await probe(aws, { create: true });
  const findings = reportFindings(created.findings, true);
  return { aws, before, isRead, read, created, findings, after: await takeInventory(aws) };
}

const runs: Awaited<ReturnType<typeof play>>[] = [];

beforeAll(async () => {
  for (const selected of selections) runs.push(await play(selected));
}, 240_000);

describe('the probe with --create', () => {
  it.each(rows)('reports $answer for $id', ({ id, answer, run }) => {
    const found = runs[run]!.findings.find(({ assumption }) => assumption === id);
    expect(found).toMatchObject({
      state: 'answered',
      answer,
      isDefault: answer === probed.find(([each]) => each === id)![1].default,
    });
  });

  it.each(selections.map((_, run) => run))('leaves nothing behind (run %i)', (run) => {
    const { before, after, created } = runs[run]!;
    expect(created).toMatchObject({ state: 'finished', left: [] });
    expect(after).toEqual(before);
  });

  it('says of every other assumption why it was not probed', () => {
    const others = entries
      .filter(
        ([
          ,
          {
            probe: { by },
          },
        ]) => by === 'none' || by === 'hand',
      )
      .map(([id]) => id);
    const states = runs[0]!.findings.filter(({ assumption }) => others.includes(assumption)).map(({ state }) => state);
    expect(states).toEqual(others.map(() => 'not probed'));
  });

  it('lists what it creates before it creates anything', () => {
    const { lines } = runs[0]!.created;
    const listed = lines.filter((line) => line.startsWith('  '));
    expect(listed).toHaveLength(17);
    expect(lines.indexOf(listed[0]!)).toBeLessThan(lines.findIndex((line) => line.includes('poll-arn')));
  });
});

describe('the probe without --create', () => {
  it.each(rows.filter(({ id }) => probed.find(([each]) => each === id)![1].probe.by === 'read'))(
    'reports $answer for $id',
    ({ id, answer, run }) => {
      const found = runs[run]!.read.findings.find(({ assumption }) => assumption === id);
      expect(found).toMatchObject({ state: 'answered', answer });
    },
  );

  it.each(selections.map((_, run) => run))('only reads, and changes nothing (run %i)', (run) => {
    const { read, before, isRead } = runs[run]!;
    expect(read.operations.filter((name) => !/:(Get|List|Describe)/.test(name))).toEqual([]);
    expect(read.operations.length).toBeGreaterThan(8);
    expect(isRead).toEqual(before);
  });
});

it.each(selections.map((_, run) => run))('the result contains no account id, ARN or name (run %i)', (run) => {
  const { findings, read, aws, created } = runs[run]!;
  const text = JSON.stringify([findings, read.findings]);
  const names = [...aws.cloud.iam.roles.keys()].map((arn) => arn.split('/').at(-1)!);
  const secrets = ['arn:', buildAccountId, 'gantry-probe', 'shop', 'busy', created.names.actionType.version, ...names];
  expect(secrets.filter((secret) => !['plain', 'strict'].includes(secret) && text.includes(secret))).toEqual([]);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|\d{10,}/);
});
