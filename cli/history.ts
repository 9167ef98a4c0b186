import { isUnavailable } from '../aws/dynamodb.ts';
import { entriesOf } from '../aws/ledger.ts';
import type { Config } from '../core/config/check.ts';
import { Failure } from '../core/errors/failure.ts';
import { serviceOf } from '../core/model/table-keys.ts';
import { type Entry, keptDays } from '../core/reporting/ledger.ts';
import { type Figures, figuresOf } from '../core/reporting/metrics.ts';
import { whereItIs } from './advice.ts';
import { targetIn } from './arguments.ts';
import { figureLines, historyTable } from './history-table.ts';
import { installedOn } from './machines.ts';
import { commonHelp, type Verb } from './verb.ts';
import { exitCodes } from './world.ts';

const help = `gantry history TARGET   who deployed what, when and how it ended; the four delivery figures

  --limit N    the newest N deployments (default: 20)
  --days N     over so many days the figures are taken (default: 90)
${commonHelp}`;

/** Entries to reckon the figures from: a year and more of a service that is deployed every working day and night. */
const most = 1000;

const dayMs = 24 * 3600 * 1000;

export const history: Verb = {
  help,
  options: { limit: { type: 'string' }, days: { type: 'string' } },
  async run(args, world) {
    const target = targetIn(args, world.config);
    const limit = args.whole('limit', { least: 1, most }) ?? 20;
    const days = args.whole('days', { least: 1, most: keptDays }) ?? 90;
    process.env.TABLE = installedOn(world.config, args.stage).table;
    const entries = await entriesOf(serviceOf(target), most);
    if (isUnavailable(entries)) throw await unreadable(process.env.TABLE, entries.unavailable, world.config);
    const to = latest(world.now(), entries);
    const figures = figuresOf(entries, { from: new Date(to.getTime() - days * dayMs), to });
    const shown = entries.slice(0, limit);
    if (args.json) world.out(jsonLines(shown, { ...figures, days }, to));
    else world.out(`${[...historyTable(shown), '', ...figureLines(figures, days)].join('\n')}\n`);
    return exitCodes.done;
  },
};

/** Now, or by AWS's clock, where that is ahead of ours. */
const latest = (now: Date, entries: Entry[]): Date =>
  new Date(Math.max(now.getTime(), ...entries.map(({ start, end = start }) => Date.parse(end))));

/** What the table's answer alone does not say: DynamoDB looks for it in the account of the credentials, whichever that is. */
async function unreadable(table: string, reason: string, config: Config): Promise<Failure> {
  const sentence = `The ledger, the DynamoDB table ${table}, could not be read: ${reason}`;
  // Asked in any case: where nobody answers, or nobody is logged in, this says so.
  const where = await whereItIs(config);
  return reason.startsWith('ResourceNotFoundException')
    ? new Failure('ConfigurationError', `${sentence}. ${where}`)
    : new Failure('SystemUnavailable', sentence);
}

/** An entry a line, the newest first, then the figures. */
const jsonLines = (entries: Entry[], figures: Figures & { days: number }, now: Date): string =>
  [...entries.map((entry) => ({ at: entry.start, type: 'entry', ...entry })), figuresLine(figures, now)]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

const figuresLine = (figures: Figures & { days: number }, now: Date) => ({
  at: now.toISOString(),
  type: 'figures',
  ...figures,
});
