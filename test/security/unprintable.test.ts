import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLambdaHandler } from '../../aws/lambda.ts';
import type { CliContext } from '../../cli/context.ts';
import { createEventPrinter } from '../../cli/event-printer.ts';
import { summarizeEnd } from '../../cli/execution-end.ts';
import { formatHistoryTable } from '../../cli/history-table.ts';
import { main } from '../../cli/main.ts';
import { parseWatchedData } from '../../cli/watched-data.ts';
import { listNotes, toWatchEvent } from '../../cli/watched-notes.ts';
import { Failure } from '../../core/errors/failure.ts';
import { selectCommit } from '../../core/model/commit.ts';
import { parseExecutionSource } from '../../core/model/execution-source.ts';
import { escapeTexts } from '../../core/parsing/escape-texts.ts';
import { createDeadExecutionReport } from '../../core/reporting/dead-execution.ts';
import { createDeploymentEvent } from '../../core/reporting/deployment-event.ts';
import type { ExecutionData } from '../../core/reporting/execution-data.ts';
import { createFailureReport } from '../../core/reporting/failure-report.ts';
import { completeLedgerEntry } from '../../core/reporting/ledger.ts';
import { createLedgerEntry } from '../../core/reporting/ledger-entry.ts';
import { createChatMessage, createEmail, createEndNotice } from '../../core/reporting/notification.ts';
import { createSuccessReport } from '../../core/reporting/success-report.ts';
import { createFailureReason } from '../../core/rollout/failure-reason.ts';
import { createLogTail } from '../../core/rollout/log-tail.ts';
import type { RolloutObservation } from '../../core/rollout/observation.ts';
import { failedVerdict, updatedExecution } from '../core/reporting/execution-data-examples.ts';
import { rolloutObservation, secondsAfterStart, serviceWith, stoppedTask } from '../core/rollout/facts.ts';
import { planWithFacts, targetFacts } from '../core/service/facts.ts';

/**
 * The text clears a screen, sets a window's title, begins a sequence in one byte (C1), reverses the direction, hides the following text, contains an invisible
 * text, and begins a forged line.
 */
const hostile =
  'a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\u202ee\u0000f\rg\u007fh\u2028i\u200bj\u061ck\u00adl\u3164m\u{e0049}\u{e0047}\u{e0150}\nFORGED: all is well';

const failedWith = (changes: Partial<RolloutObservation>): ExecutionData =>
  updatedExecution({
    verdict: { ...failedVerdict, reason: createFailureReason('It failed.', rolloutObservation(changes)) },
  });
const requestedBy = (input: object): ExecutionData => updatedExecution({ source: parseExecutionSource(input) });
const stream = { container: 'app', task: 'a'.repeat(32), group: 'g', stream: 's', read: (message: string) => message };
const alarmFacts = { ecs: [], configured: [hostile], states: [{ name: hostile, state: 'ALARM' }] };

/** Texts that other people write, and the data of an execution that read them. */
const origins: [string, () => ExecutionData][] = [
  ["an alarm's name", () => failedWith({ fired: [{ name: hostile }] })],
  ["an alarm's reason", () => failedWith({ alarms: [{ name: 'errors', reason: hostile }] })],
  [
    'the name of an alarm that is ignored',
    () => updatedExecution({ plan: planWithFacts(targetFacts({ alarms: alarmFacts })) }),
  ],
  ["a task's reason", () => failedWith({ stoppedTasks: [stoppedTask({ stoppedReason: hostile })] })],
  [
    'an event of the service',
    () =>
      failedWith({ service: serviceWith({ events: [{ at: secondsAfterStart(60), message: `unable ${hostile}` }] }) }),
  ],
  [
    "a container's log",
    () => updatedExecution({ verdict: { ...failedVerdict, log: createLogTail(stream, [hostile]) } }),
  ],
  ['by', () => requestedBy({ by: hostile })],
  ['reason', () => requestedBy({ reason: hostile })],
  ["a pipeline's name", () => requestedBy({ job: { pipeline: { name: hostile, stage: hostile, action: hostile } } })],
  ["an event's type", () => requestedBy({ event: { id: hostile, 'detail-type': hostile, account: hostile } })],
  [
    "a commit's message",
    () => {
      const commit = selectCommit([{ revisionId: 'a'.repeat(40), revisionSummary: hostile }]);
      return updatedExecution({ record: { start: '2026-11-23T09:00:00.000Z', commit } });
    },
  ],
  ["an artifact's revision", () => updatedExecution({ artifact: { revision: hostile } })],
  ["a state's error", () => updatedExecution({ error: { Error: 'JobFailed', Cause: hostile } })],
  ['the reason of a rollback', () => updatedExecution({ decision: { do: 'nothing', reason: hostile } })],
];

const entryOf = (data: ExecutionData) => {
  const begun = createLedgerEntry({ ...data, started: '2026-11-23T09:00:00.000Z' });
  if (begun === undefined) throw new Error('there is no entry');
  const end = { at: new Date(0), result: 'Failed' as const, reason: createFailureReport(data).message };
  return completeLedgerEntry(begun, end);
};

/** Every text in data, without changes, because JSON would escape some of the characters. */
const textsIn = (data: unknown): string[] => {
  if (typeof data === 'string') return [data];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(textsIn) : [];
};

/** Runs with a command line that keeps its printed output. */
function withTerminal(run: (context: CliContext) => void, columns?: number): string {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const context = { out: print, err: print, now: () => new Date(0), columns, adaptMessage: String };
  run(context as unknown as CliContext);
  return printed.join('');
}

const watch = (data: ExecutionData, { json, columns }: { json: boolean; columns?: number }): string =>
  withTerminal((context) => {
    const print = createEventPrinter(context, json);
    const at = '2026-11-23T09:00:00.000Z';
    for (const note of listNotes(parseWatchedData(JSON.stringify(data)))) print(toWatchEvent(note, at));
    const { message } = createFailureReport(data);
    print({ at, type: 'event', message: hostile });
    print({
      at,
      type: 'ended',
      execution: 'arn',
      ...summarizeEnd({ status: 'FAILED', error: 'JobFailed', cause: message + hostile }),
    });
  }, columns);

/** Runs a function. Returns the text that the function writes to its log, and the message of its error. */
async function runFunction(data: ExecutionData): Promise<{ log: string; message: string }> {
  const written: string[] = [];
  const writes = [process.stdout, process.stderr].map((output) => ({ output, write: output.write }));
  for (const { output } of writes)
    output.write = ((chunk: string) => written.push(String(chunk)) > 0) as typeof output.write;
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
  const handler = createLambdaHandler(
    (event) => event,
    async (_event, { logger }) => {
      logger.info('The data', { data });
      throw new Failure('JobFailed', textsIn(data).join(' '));
    },
  );
  const error = await handler({}, { functionName: 'f' }).then(String, (thrown: Error) => thrown);
  for (const { output, write } of writes) output.write = write;
  return { log: written.join(''), message: error instanceof Error ? error.message : error };
}

const noticeOf = (data: ExecutionData) => createEndNotice(entryOf(data), { region: 'eu-west-1' });

/** Every place where a person reads the text. */
const outputs: [string, (data: ExecutionData) => string[] | Promise<string[]>][] = [
  ["the action's failure message", (data) => [createFailureReport(data).message]],
  ["the action's summary", (data) => textsIn(createSuccessReport(data))],
  [
    'the report of a dead execution',
    (data) => [
      createDeadExecutionReport({ arn: 'arn', status: 'FAILED', start: new Date(0), cause: textsIn(data).join(' ') })
        .message,
    ],
  ],
  ['the ledger', (data) => textsIn(entryOf(data))],
  ['an event', (data) => textsIn(createDeploymentEvent(entryOf(data)))],
  ['an e-mail', (data) => Object.values(createEmail(noticeOf(data)))],
  ['a chat message', (data) => textsIn(createChatMessage(noticeOf(data), entryOf(data)))],
  ['the lines of gantry watch', (data) => [watch(data, { json: false })]],
  ['the terminal of gantry watch', (data) => [watch(data, { json: false, columns: 80 })]],
  [
    'the JSON of gantry watch',
    (data) =>
      watch(data, { json: true })
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => textsIn(JSON.parse(line))),
  ],
  // An entry of an older version can contain anything.
  [
    'the table of gantry history',
    (data) => formatHistoryTable([escapeTexts({ ...entryOf(data), source: data.source })]),
  ],
  ["a function's log", async (data) => [(await runFunction(data)).log]],
  ["the message of a function's error", async (data) => [(await runFunction(data)).message]],
];

/** The colours and the cursor movements of the command line itself. */
const ownSequences = (text: string): string => stripVTControlCharacters(text);
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for control characters
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\u{e0000}-\u{e0fff}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const hostileSequence = /\u001b\[2J|\u001b\]0;|\u009b/;

describe.each(outputs)('no control character and no terminal sequence reaches %s', (_, output) => {
  it.each(origins)('from %s', async (_origin, data) => {
    for (const text of await output(data())) {
      expect(text).not.toMatch(hostileSequence);
      expect(ownSequences(text)).not.toMatch(unprintable);
    }
  });
});

it('the origins do reach the outputs, so that the table is not empty', async () => {
  const reached = await Promise.all(
    origins.map(async ([origin, data]) => {
      const texts = await Promise.all(outputs.map(async ([, output]) => (await output(data())).join('\n')));
      return [origin, texts.filter((text) => text.includes('\\u001b[2J')).length] as const;
    }),
  );
  expect(reached.filter(([, count]) => count < 3)).toEqual([]);
});

it.each(['by', 'reason'])('a line break in %s begins no line of its own', (field) => {
  const entry = entryOf(requestedBy({ [field]: hostile }));
  expect(textsIn(entry).join()).toContain('\\u000aFORGED');
  expect(formatHistoryTable([{ ...entry, source: parseExecutionSource({ [field]: hostile }) }]).join('\n')).not.toMatch(
    /^\s*FORGED/m,
  );
});

it.each([false, true])('an error of the command line is escaped too (JSON: %s)', async (json) => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const loadConfig = () => {
    throw new Failure('ConfigurationError', hostile);
  };
  await main(['history', 'test/web', ...(json ? ['--json'] : [])], {
    out: print,
    err: print,
    now: () => new Date(0),
    program: 'gantry',
    loadConfig,
  } as never);
  const text = json ? textsIn(JSON.parse(printed.join(''))).join() : printed.join('');
  expect(text).toContain('\\u001b[2J');
  expect(text).not.toMatch(unprintable);
});
