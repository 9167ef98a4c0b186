import { readCallerArn } from '../aws/sts.ts';
import type { Collector } from '../board/collect/collector.ts';
import { Failure } from '../core/errors/failure.ts';
import { type VerbArguments, verbUsageError } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { formatJsonLine } from './json-line.ts';
import type { Verb } from './verb.ts';

const options = {
  port: { type: 'string' },
  out: { type: 'string' },
  'with-account-ids': { type: 'boolean', default: false },
  'with-logs': { type: 'boolean', default: false },
} as const;

export const board: Verb = {
  options,
  async run(args, context) {
    const port = readOptions(args);
    const { config } = context;
    process.env.TABLE = resolveDeployedResources(config, args.stage).table;
    const { createCollector } = await import('../board/collect/collector.ts');
    const collector = createCollector(config, args.stage, context.now);
    const folder = args.text('out');
    return folder === undefined ? serve(collector, port, args, context) : writeFiles(collector, folder, args, context);
  },
};

/** Returns the port. Throws a ConfigurationError if the options do not fit together. */
function readOptions(args: VerbArguments): number {
  const [word] = args.positionals;
  if (word !== undefined) throw verbUsageError('board', `board takes only options; found "${word}".`);
  const port = args.whole('port', { least: 0, most: 65_535 });
  const isStatic = args.text('out') !== undefined;
  if (isStatic && port !== undefined) throw verbUsageError('board', '--out serves nothing, so it takes no --port.');
  const only = ['with-account-ids', 'with-logs'].find((name) => args.flag(name));
  if (!isStatic && only !== undefined) throw verbUsageError('board', `--${only} needs --out.`);
  return port ?? 0;
}

/** Explains why the port is not available; returns other errors unchanged. */
const explainPortError = (error: unknown, port: number): unknown =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
    ? new Failure(
        'ConfigurationError',
        `--port is ${port}, which is not free: choose another one, or leave --port out for a free one.`,
        { cause: error },
      )
    : error;

async function serve(
  collector: Collector,
  port: number,
  { stage, json }: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const [{ runBoard }, { loadPage }, caller] = await Promise.all([
    import('../board/run-board.ts'),
    import('../board/page/load-page.ts'),
    readCallerArn(context.config.build.region),
  ]);
  const ready = (url: string): void => {
    const text = `The delivery board: ${url}\nOnly you can open it: keep the address to yourself. Ctrl-C ends it.\n`;
    context.out(json ? formatJsonLine(context.now(), 'board', { url }) : text);
  };
  // The longest `by` (core/request/fields.ts).
  const served = { collector, page: await loadPage(), stage, caller: caller.slice(0, 256), port };
  await runBoard(served, context, ready).catch((error: unknown) => {
    throw explainPortError(error, port);
  });
  return exitCodes.done;
}

async function writeFiles(
  collector: Collector,
  folder: string,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const [{ readStaticBoard, writeStaticBoard }, { loadPage }] = await Promise.all([
    import('../board/write-static.ts'),
    import('../board/page/load-page.ts'),
  ]);
  await readCallerArn(context.config.build.region);
  const shown = { withAccountIds: args.flag('with-account-ids'), withLogs: args.flag('with-logs') };
  const found = await readStaticBoard(collector, context, shown);
  const files = writeStaticBoard(folder, found, await loadPage());
  const cells = found.data.rows.flatMap((row) => Object.values(row.cells));
  const unread = cells.filter(({ state }) => state === 'unreadable' || state === 'loading').map(({ target }) => target);
  const note = unread.length === 0 ? '' : ` Not read: ${unread.join(', ')}; the board says why.`;
  const text = `The board is in ${folder}: ${files.join(', ')}.${note}\n`;
  context.out(args.json ? formatJsonLine(context.now(), 'board', { folder, files, unread }) : text);
  return unread.length === 0 ? exitCodes.done : exitCodes.unavailable;
}
