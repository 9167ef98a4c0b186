import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { type Terminal, terminalColumns } from '../cli/terminal.ts';
import { wrapText } from '../cli/wrap-text.ts';
import type { Config } from '../core/config/check.ts';
import { createSystemFactory, type InProcessSystem } from '../local/run/in-process-system.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { formatFirstServiceName, type TargetService } from '../local/run/target-services.ts';
import { type DemoBoard, openBoard } from './board.ts';
import { checkReleases } from './check-releases.ts';
import { showHistory } from './history.ts';
import { addMigration } from './migration.ts';
import { formatElapsed, formatProgressLine } from './progress-line.ts';
import type { DemoRelease } from './release.ts';
import { createDemoRepository } from './repository.ts';
import { configureStrategy } from './strategies.ts';
import type { DemoStrategy } from './strategy-names.ts';
import { printSummary } from './summary.ts';
import { type Audience, createDemoSystem } from './system.ts';
import { releaseTwoCommits } from './two-releases.ts';

/** The options of the command line, the output, and the function that answers an approval. */
export interface DemoOptions {
  json: boolean;
  /** The deployment strategy of the services; absent for rolling updates. */
  strategy?: DemoStrategy | undefined;
  /** Undefined if the output is a file or a pipe. */
  terminal: Terminal | undefined;
  /** Opens the delivery board during the demo, and keeps it open at the end. */
  board?: boolean | undefined;
  say(text: string): void;
  approve(question: string): Promise<boolean>;
}

const formatVerdict = (problems: string[]): string =>
  problems.length === 0
    ? styleText('green', 'The end state is as expected.')
    : styleText('red', 'The end state is not as expected.');

const listCalls = ({ cloud }: RunningSystem) =>
  cloud.authorizations.map(({ account, principal, action, resource }) => ({ account, principal, action, resource }));

type Announce = (text: string) => void;

/** Prints a highlighted text, and wraps it between words. */
const createAnnouncer =
  ({ say, terminal }: DemoOptions): Announce =>
  (text) =>
    say(styleText('bold', wrapText(text, terminalColumns(terminal))));

/** Keeps the board open until Ctrl-C, which ends the process. */
async function keepOpen(board: DemoBoard, announce: Announce): Promise<void> {
  announce(`\nThe delivery board stays open, and time passes as on your clock: ${board.url}\nCtrl-C ends it.`);
  await board.liveUntil(new Promise(() => {}));
}

/** A running demo: its system, the time on the system's clock when the demo began, and the board if the options ask for it. */
interface RunningDemo {
  running: InProcessSystem;
  beginMs: number;
  board: DemoBoard | undefined;
}

/** Starts the embedded AWS. If the options ask for the board, also starts the board and prints its address. */
async function startDemo(config: Config, options: DemoOptions): Promise<RunningDemo> {
  const startSystem = await createSystemFactory(config, { withExistingResources: true });
  const running = await startSystem(randomUUID());
  const beginMs = running.clock.now();
  if (!options.board) return { running, beginMs, board: undefined };
  const opened = await openBoard(running, config, running.clock);
  createAnnouncer(options)(`\nThe delivery board: ${opened.url}\n`);
  return { running, beginMs, board: opened };
}

/** Shows each line with the time since the demo began. With a board, time passes while an approval waits for its answer. */
const createAudience = ({ running: { clock }, beginMs, board }: RunningDemo, options: DemoOptions): Audience => ({
  show: (line) => options.say(formatProgressLine(line, terminalColumns(options.terminal), clock.now() - beginMs)),
  approve: (question) => (board === undefined ? options.approve(question) : board.liveUntil(options.approve(question))),
});

/** Prints the releases, either with the ledger or as JSON, and whether the end state is as expected. Returns the exit code. */
async function reportReleases(
  { running, beginMs }: RunningDemo,
  { releases, targets }: { releases: DemoRelease[]; targets: TargetService[] },
  options: DemoOptions,
): Promise<number> {
  const { json, say, terminal } = options;
  const problems = checkReleases(releases);
  const elapsedMs = Math.round(performance.now());
  const ok = problems.length === 0;
  if (json) console.log(JSON.stringify({ ok, problems, releases, calls: listCalls(running), elapsedMs }, null, 2));
  else {
    const name = formatFirstServiceName(targets);
    say(styleText('bold', `\nThe ledger of the service: npm run gantry -- history ${name}\n`));
    await showHistory(running, running.clock, { target: name, say, terminal });
  }
  printSummary(releases, problems, { say, columns: terminalColumns(terminal), options });
  const times = `${formatElapsed(running.clock.now() - beginMs)} of simulated time, ${(elapsedMs / 1000).toFixed(1)} s of real time.`;
  say(`\n${formatVerdict(problems)} ${times}`);
  return ok ? 0 : 1;
}

/** Plays the demo in the embedded AWS. Returns the exit code: 0 if the end state is as expected. */
export async function runDemo(given: Config, options: DemoOptions): Promise<number> {
  const config = addMigration(given);
  const { strategy } = options;
  const announce = createAnnouncer(options);
  const started = await startDemo(config, options);
  const { running, board } = started;
  const demo = createDemoSystem(running, running.clock, createAudience(started, options), strategy !== undefined);
  const { targets } = demo;
  if (strategy !== undefined) await configureStrategy(running, targets, strategy);
  const repository = await createDemoRepository(targets);
  useFolderAsSource(running, config, repository.folder, repository.summarize);
  try {
    const releases = await releaseTwoCommits(demo, repository, announce);
    const exitCode = await reportReleases(started, { releases, targets }, options);
    if (board !== undefined) await keepOpen(board, announce);
    return exitCode;
  } finally {
    await running.stop();
    await repository.remove();
  }
}
