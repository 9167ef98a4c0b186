import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliContext } from '../cli/context.ts';
import type { ReleaseDetails } from '../core/board/details-data.ts';
import { createStaticBoard, type StaticBoard, type StaticOptions } from '../core/board/static-data.ts';
import { Failure } from '../core/errors/failure.ts';
import { adaptBoard } from './adapt-board.ts';
import type { BoardPage } from './board-page.ts';
import type { Collector } from './collect/collector.ts';
import { readDetails } from './collect/read-details.ts';

/** How many of the newest releases have their details in the static form. The details of a release take a few calls. */
const maxDetails = 20;

/** Reads everything once. Each round reads the objects that the previous round found. Also ends if some call never answers. */
export async function readOnce(collector: Collector): Promise<void> {
  const maxRounds = 8;
  for (let round = 0; round < maxRounds && !collector.state.isLoaded; round += 1) await collector.tick();
}

/** Returns the newest releases, and the failed releases of the cells. */
function listReleases(collector: Collector): string[] {
  const { latest, rows } = collector.data();
  const failed = rows.flatMap(({ cells }) => Object.values(cells)).flatMap(({ failure }) => failure?.release ?? []);
  return [...new Set([...failed, ...latest.slice(0, maxDetails).map(({ id }) => id)])];
}

/** Reads the board once, with the details of the newest releases. */
export async function readStaticBoard(
  collector: Collector,
  context: CliContext,
  options: StaticOptions,
): Promise<StaticBoard> {
  await readOnce(collector);
  const details: ReleaseDetails[] = [];
  for (const id of listReleases(collector)) {
    const found = await readDetails(collector.state, id, context);
    if (found !== undefined) details.push(found);
  }
  const data = adaptBoard(collector.data(), context.adaptMessage);
  return createStaticBoard({ data, details }, options);
}

/** Writes the static form into a folder: the page with its data, and the data as JSON. Returns the names of the files. Throws a ConfigurationError if the folder cannot be written. */
export function writeStaticBoard(folder: string, board: StaticBoard, page: BoardPage): string[] {
  const files = {
    'index.html': page.renderStatic(board.data, board.details),
    'board.css': page.style,
    'board.js': page.script,
    'data.json': JSON.stringify(board),
  };
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('ConfigurationError', `--out is "${folder}"; the files cannot be written there: ${why}.`);
  }
  return Object.keys(files);
}
