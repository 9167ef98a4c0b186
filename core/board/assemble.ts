import type { Config } from '../config/schema.ts';
import { escapeTexts } from '../parsing/escape-texts.ts';
import { getOwnInstallation } from '../task-definition/installation.ts';
import { type CellSettings, createBoardCell } from './cell.ts';
import { createBoardMetrics, measureServiceDeployments } from './daily-metrics.ts';
import type { BoardColumn, BoardData, BoardProblem, BoardRow, ReleaseLine } from './data.ts';
import type { BoardContext, ServiceObservation } from './observations.ts';
import { countMissingReleases, createPromotion, findMissingReleases } from './promotion.ts';
import { toReleaseLine } from './release-line.ts';
import { entriesOfObservation } from './running.ts';

/** Everything that has been read for the board. Services are in the order of the configuration. */
export interface BoardObservation extends BoardContext {
  services: ServiceObservation[];
  problems: BoardProblem[];
}

/** The number of entries below the table. */
const maxLatest = 30;

const splitName = (name: string): { column: string; row: string } => {
  const [column = '', ...rest] = name.split('/');
  return { column, row: rest.join('/') };
};

const describeColumns = ({ targets }: Config): BoardColumn[] =>
  targets.map(({ name, account, region, cluster }) => ({ id: name, account, region, cluster }));

function describeRow(
  id: string,
  services: ServiceObservation[],
  seen: BoardObservation,
  settings: CellSettings,
): BoardRow {
  const row: BoardRow = { id, cells: {}, promotions: {} };
  for (const [at, observation] of services.entries()) {
    const { column } = splitName(observation.target.name);
    const cell = createBoardCell(observation, seen, settings);
    row.cells[column] = cell;
    const left = services[at - 1];
    if (left === undefined) continue;
    const from = splitName(left.target.name).column;
    cell.behind = countMissingReleases(from, findMissingReleases(left, observation, seen.definitions));
    const promotion = createPromotion(left, observation, { definitions: seen.definitions, from });
    if (promotion !== undefined) row.promotions[column] = promotion;
  }
  return row;
}

/** Uses only the newest entries of each service, because an older entry of a service cannot be among the newest of all services. */
function listLatest(services: ServiceObservation[]): ReleaseLine[] {
  const newest = services.flatMap((one) => entriesOfObservation(one).slice(0, maxLatest));
  return newest
    .toSorted((a, b) => b.start.localeCompare(a.start))
    .slice(0, maxLatest)
    .map(toReleaseLine);
}

/** Returns the board. All texts are made printable: other people have written many of them. */
export function assembleBoard(seen: BoardObservation, config: Config, stage: string): BoardData {
  const own = getOwnInstallation(config, stage);
  const order = config.targets.map(({ name }) => name);
  const columnOf = ({ target }: ServiceObservation): string => splitName(target.name).column;
  const services = seen.services.toSorted((a, b) => order.indexOf(columnOf(a)) - order.indexOf(columnOf(b)));
  const rows = Map.groupBy(services, ({ target }) => splitName(target.name).row);
  const measures = services.map((one) => ({
    column: columnOf(one),
    measures: measureServiceDeployments(entriesOfObservation(one)),
  }));
  const all = measures.flatMap((one) => one.measures);
  return escapeTexts({
    at: seen.at.toISOString(),
    title: own.name,
    columns: describeColumns(config),
    rows: [...rows].map(([id, group]) => describeRow(id, group, seen, { config, own })),
    latest: listLatest(services),
    metrics: [
      createBoardMetrics(all, seen.at),
      ...order.map((column) => {
        const own = measures.filter((one) => one.column === column).flatMap((one) => one.measures);
        return createBoardMetrics(own, seen.at, column);
      }),
    ],
    problems: seen.problems,
  });
}
