import { type CliContext, pause } from '../cli/context.ts';
import type { ReleaseDetails } from '../core/board/details-data.ts';
import { createPreviews } from './act/previews.ts';
import { adaptBoard } from './adapt-board.ts';
import type { BoardPage } from './board-page.ts';
import type { Collector } from './collect/collector.ts';
import { readDetails } from './collect/read-details.ts';
import { createToken } from './serve/check-request.ts';
import type { BoardBackend } from './serve/route.ts';
import { serveBoard } from './serve/server.ts';

/** The inputs of a served board. `caller`: the identity of the user's credentials. */
export interface ServedBoard {
  collector: Collector;
  page: BoardPage;
  stage: string;
  caller: string;
  port: number;
}

/** The time between two checks for reads that are due, in ms. */
const tickMs = 1000;

/** If no page has asked for data for this time, in ms, the board stops reading until a page asks again. */
const idleMs = 60_000;

const maxCachedDetails = 100;

/** Reads the details of a release. The details of a release that has ended are read only once. */
function createDetailsReader(collector: Collector, context: CliContext) {
  const cached = new Map<string, ReleaseDetails>();
  return async (id: string): Promise<ReleaseDetails | undefined> => {
    const found = cached.get(id) ?? (await readDetails(collector.state, id, context));
    const isFinal = found?.line.end !== undefined && found.timeline.problem === undefined;
    if (found !== undefined && isFinal && found.changes.problem === undefined) cached.set(id, found);
    for (const old of [...cached.keys()].slice(0, -maxCachedDetails)) cached.delete(old);
    return found;
  };
}

function createBackend(board: ServedBoard, context: CliContext, asked: () => void): BoardBackend {
  const { collector, page, stage, caller } = board;
  const { config, uuid, adaptMessage } = context;
  const now = () => collector.state.clock.now();
  const previews = createPreviews({ config, stage, now, uuid, adaptMessage, caller }, collector.readSoon);
  return {
    ...previews,
    page,
    details: createDetailsReader(collector, context),
    data() {
      asked();
      return adaptBoard(collector.data(), adaptMessage);
    },
  };
}

/** Serves the board until Ctrl-C. `ready` is called with its address, which contains the token. */
export async function runBoard(board: ServedBoard, context: CliContext, ready: (url: string) => void): Promise<void> {
  const { config, adaptMessage, now, err, interrupted } = context;
  let askedAt = now().getTime();
  const backend = createBackend(board, context, () => {
    askedAt = now().getTime();
  });
  const settings = {
    config,
    token: createToken(),
    adaptMessage,
    report: (error: Error) => err(`${error.stack ?? error.message}\n`),
  };
  const server = await serveBoard(backend, board.port, settings);
  try {
    ready(server.url);
    while (!interrupted.aborted) {
      if (now().getTime() - askedAt < idleMs) void board.collector.tick();
      await pause(context, tickMs);
    }
  } finally {
    await server.close();
  }
}
