import { isTableUnavailable } from '../aws/dynamodb.ts';
import { readEntries } from '../aws/ledger.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { identifyService } from '../core/model/table-keys.ts';
import { type LedgerEntry, ledgerRetentionDays } from '../core/reporting/ledger.ts';
import { computeDeliveryMetrics, type DeliveryMetrics } from '../core/reporting/metrics.ts';
import { readTargetArgument } from './arguments.ts';
import { exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { explainExpectedAccount } from './error-advice.ts';
import { formatHistoryTable, formatMetrics } from './history-table.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry history TARGET   who deployed what, when and how it ended; the four delivery figures

  --limit N    the newest N deployments (default: 20)
  --days N     over so many days the figures are taken (default: 90)
${commonHelp}`;

/** Entries to reckon the figures from: a year and more of a service that is deployed every working day and night. */
const maxEntries = 1000;

const dayMs = 24 * 3600 * 1000;

export const history: Verb = {
  help,
  options: { limit: { type: 'string' }, days: { type: 'string' } },
  async run(args, world) {
    const target = readTargetArgument(args, world.config);
    const limit = args.whole('limit', { least: 1, most: maxEntries }) ?? 20;
    const days = args.whole('days', { least: 1, most: ledgerRetentionDays }) ?? 90;
    process.env.TABLE = resolveDeployedResources(world.config, args.stage).table;
    const entries = await readEntries(identifyService(target), maxEntries);
    if (isTableUnavailable(entries))
      throw await ledgerReadFailure(process.env.TABLE, entries.unavailable, world.config);
    const to = latestTime(world.now(), entries);
    const figures = computeDeliveryMetrics(entries, { from: new Date(to.getTime() - days * dayMs), to });
    const shown = entries.slice(0, limit);
    if (args.json) world.out(formatJsonLines(shown, { ...figures, days }, to));
    else world.out(`${[...formatHistoryTable(shown), '', ...formatMetrics(figures, days)].join('\n')}\n`);
    return exitCodes.done;
  },
};

/** Now, or by AWS's clock, where that is ahead of ours. */
const latestTime = (now: Date, entries: LedgerEntry[]): Date =>
  new Date(Math.max(now.getTime(), ...entries.map(({ start, end = start }) => Date.parse(end))));

/** What the table's answer alone does not say: DynamoDB looks for it in the account of the credentials, whichever that is. */
async function ledgerReadFailure(table: string, reason: string, config: Config): Promise<Failure> {
  const sentence = `The ledger, the DynamoDB table ${table}, could not be read: ${reason}`;
  // Asked in any case: where nobody answers, or nobody is logged in, this says so.
  const where = await explainExpectedAccount(config);
  return reason.startsWith('ResourceNotFoundException')
    ? new Failure('ConfigurationError', `${sentence}. ${where}`)
    : new Failure('SystemUnavailable', sentence);
}

/** An entry a line, the newest first, then the figures. */
const formatJsonLines = (entries: LedgerEntry[], figures: DeliveryMetrics & { days: number }, now: Date): string =>
  [...entries.map((entry) => ({ at: entry.start, type: 'entry', ...entry })), createMetricsRecord(figures, now)]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

const createMetricsRecord = (figures: DeliveryMetrics & { days: number }, now: Date) => ({
  at: now.toISOString(),
  type: 'figures',
  ...figures,
});
