import { styleText } from 'node:util';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { formatWait } from './progress-lines.ts';
import type { TargetStatus, UnreadableTarget } from './target-status.ts';
import { formatAge } from './target-status-lines.ts';
import { fitColumns, fitsIntoColumns, formatRow } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

const columnHeads = ['TARGET', 'SERVICE', 'REVISION', 'COMMIT', 'SINCE', 'TASKS', 'STATE'];
const commitColumn = columnHeads.indexOf('COMMIT');

/** `test` and `web` of `test/web`. */
const splitName = (name: string): [target: string, service: string] => {
  const [target = '', ...service] = name.split('/');
  return [target, service.join('/')];
};

/**
 * If a deployment waits for a person, the row says so first, because that person has to act. Otherwise, the holder of the lease is changing the service, or is
 * about to change it.
 */
const formatState = ({ rollingOut, lease, waiting = [] }: TargetStatus): string => {
  if (waiting.some(({ waitsFor }) => waitsFor === 'person')) return 'waits for a person';
  if (typeof lease === 'object') return 'in a release';
  return rollingOut ? 'rolling out' : 'steady';
};

/** The number of running tasks of the newest deployment, and its desired number. */
const formatTasks = ({ deployments }: TargetStatus): string => {
  const newest = deployments.find(({ status }) => status === 'PRIMARY');
  return newest === undefined ? '' : `${newest.running}/${newest.desired}`;
};

/** `short`: without the family if the family's name is the name of the service. */
function formatRevision(taskDefinition: string, service: string, short: boolean): string {
  const revision = parseRevisionName(taskDefinition);
  return short && revision.startsWith(`${service}:`) ? revision.slice(service.length) : revision;
}

function formatCells(found: TargetStatus | UnreadableTarget, short: boolean): string[] {
  const [target, service] = splitName(found.target);
  if ('problem' in found) return [target, service, '', '', '', '', 'unreadable'];
  const { taskDefinition, commit, since, readAt } = found;
  return [
    target,
    service,
    formatRevision(taskDefinition, service, short),
    commit?.slice(0, 7) ?? '',
    formatAge(since, readAt).replace('days', 'd'),
    formatTasks(found),
    formatState(found),
  ];
}

const unknownLease = 'whether it is in a release is unknown, because the table does not answer.';

/** The reason why a target could not be read, for which the table has no room. All targets with the same problem share one paragraph. */
function formatProblems(found: (TargetStatus | UnreadableTarget)[], columns: number): string[] {
  const problemOf = (one: TargetStatus | UnreadableTarget): string | undefined => {
    if ('problem' in one) return one.problem;
    return one.lease === 'unknown' ? unknownLease : undefined;
  };
  return [...new Set(found.flatMap((one) => problemOf(one) ?? []))].map((problem) => {
    const names = found.filter((one) => problemOf(one) === problem).map(({ target }) => target);
    return `\n${wrapText(`${names.join(', ')}: ${problem}`, columns, 2)}`;
  });
}

/** The details of a wait for a person, for which the table has no room: since when and until when the deployment waits, and how to answer. */
function formatWaits(found: (TargetStatus | UnreadableTarget)[], columns: number): string[] {
  return found
    .flatMap((one) => ('problem' in one ? [] : [one]))
    .flatMap((one) =>
      (one.waiting ?? [])
        .filter(({ waitsFor }) => waitsFor === 'person')
        .map((hook) => `${one.target}: ${formatWait(hook, Date.parse(one.readAt))}`),
    )
    .map((line) => `\n${wrapText(line, columns, 2)}`);
}

const chooseColour = (state: string) => {
  if (state === 'unreadable') return 'red';
  return state === 'steady' ? 'green' : 'yellow';
};

/** The heads and a row for each target. Without the commits if none is known. */
function createRows(found: (TargetStatus | UnreadableTarget)[], short: boolean): string[][] {
  const rows = [columnHeads, ...found.map((one) => formatCells(one, short))];
  const hasCommit = found.some((one) => 'commit' in one && one.commit !== undefined);
  return hasCommit ? rows : rows.map((cells) => cells.toSpliced(commitColumn, 1));
}

/** Formats the status of many services: a line for each, then what waits for a person, and why some could not be read. `columns`: the width of the terminal; endless without one. */
export function formatStatusTable(
  found: (TargetStatus | UnreadableTarget)[],
  columns = Number.POSITIVE_INFINITY,
): string[] {
  if (found.length === 0) return ['There is no service that gantry.config.ts names or that matches its patterns.'];
  const long = createRows(found, false);
  const rows = fitsIntoColumns(long, columns) ? long : createRows(found, true);
  const widths = fitColumns(rows, columns);
  const [heads = [], ...cells] = rows;
  const colourState = (cell: string, at: number) =>
    at === heads.length - 1 ? styleText(chooseColour(cell), cell) : cell;
  return [
    styleText('bold', formatRow(heads, widths)),
    ...cells.map((row) => formatRow(row, widths, colourState)),
    ...formatWaits(found, columns),
    ...formatProblems(found, columns),
  ];
}
