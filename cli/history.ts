import { isTableUnavailable } from '../aws/dynamodb.ts';
import { listHookAnswers } from '../aws/hook-answers.ts';
import { readLedgerEntries } from '../aws/ledger.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import type { RecordedHookAnswer } from '../core/model/hook-answer.ts';
import type { Target } from '../core/model/release.ts';
import { retentionDays } from '../core/model/table-expiry.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import type { LedgerEntry } from '../core/reporting/ledger.ts';
import { computeDoraMetrics, type DoraMetrics } from '../core/reporting/metrics.ts';
import { formatOtherAnswers, selectOtherAnswers } from './answer-lines.ts';
import { readTargetArgument } from './arguments.ts';
import { exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { formatHistoryTable, formatMetrics } from './history-table.ts';
import { terminalColumns } from './terminal.ts';
import type { Verb } from './verb.ts';
import { wrapText } from './wrap-text.ts';

/** The maximum number of entries for the metrics. A service with two deployments on every working day has fewer in a year. */
const maxEntries = 1000;

const dayMs = 24 * 3600 * 1000;

export const history: Verb = {
  options: { limit: { type: 'string' }, days: { type: 'string' } },
  async run(args, context) {
    const target = readTargetArgument(args, context.config);
    const limit = args.whole('limit', { least: 1, most: maxEntries }) ?? 20;
    const days = args.whole('days', { least: 1, most: retentionDays }) ?? 90;
    process.env.TABLE = resolveDeployedResources(context.config, args.stage).table;
    const entries = await readLedgerEntries(identifyService(target), maxEntries);
    if (isTableUnavailable(entries))
      throw await ledgerReadFailure(process.env.TABLE, entries.unavailable, context.config);
    const to = latestTime(context.now(), entries);
    const metrics = computeDoraMetrics(entries, { from: new Date(to.getTime() - days * dayMs), to });
    const shown = entries.slice(0, limit).map((entry) => escapeTexts(entry));
    const answers = (await readOtherAnswers(target, entries)).slice(0, limit);
    if (args.json) context.out(formatJsonLines(shown, answers, createMetricsRecord({ ...metrics, days }, to)));
    else {
      const columns = terminalColumns(context.terminal);
      context.out(`${[...formatEntries(shown, answers, columns), '', ...formatMetrics(metrics, days)].join('\n')}\n`);
    }
    return exitCodes.done;
  },
};

/** The local time, or AWS's time if AWS's clock is ahead. */
const latestTime = (now: Date, entries: LedgerEntry[]): Date =>
  new Date(Math.max(now.getTime(), ...entries.map(({ start, end = start }) => Date.parse(end))));

/** Adds the account and the Region to DynamoDB's error, because DynamoDB searches for the table in the account of the credentials. */
async function ledgerReadFailure(table: string, reason: string, config: Config): Promise<Failure> {
  const sentence = `The ledger, the DynamoDB table ${table}, could not be read: ${reason}`;
  // Loaded only for an error, because it calls STS.
  const { explainExpectedAccount } = await import('./error-advice.ts');
  // Called for every error. Throws a better error if the endpoint does not answer or there are no credentials.
  const advice = await explainExpectedAccount(config);
  const isMissing = reason.startsWith('ResourceNotFoundException');
  return new Failure('SystemUnavailable', isMissing ? `${sentence}. ${advice}` : sentence);
}

/** Returns the answers to pause hooks that no listed entry contains. Returns none if this read fails, because the entries were read already. */
async function readOtherAnswers(target: Target, entries: LedgerEntry[]): Promise<RecordedHookAnswer[]> {
  const found = await listHookAnswers(target);
  return isTableUnavailable(found) ? [] : selectOtherAnswers(found, entries).map((answer) => escapeTexts(answer));
}

const formatEntries = (entries: LedgerEntry[], answers: RecordedHookAnswer[], columns: number): string[] => [
  ...formatHistoryTable(entries, columns),
  ...formatOtherAnswers(answers).map((line) => wrapText(line, columns)),
];

/** One line for each entry, newest first, then one for each answer at a hook of another deployment, then one for the metrics. */
const formatJsonLines = (entries: LedgerEntry[], answers: RecordedHookAnswer[], metrics: object): string =>
  [
    ...entries.map((entry) => ({ at: entry.start, type: 'entry', ...entry })),
    ...answers.map((answer) => ({ type: 'answer', ...answer })),
    metrics,
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

const createMetricsRecord = (metrics: DoraMetrics & { days: number }, now: Date) => ({
  at: now.toISOString(),
  type: 'figures',
  ...metrics,
});
