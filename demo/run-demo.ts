import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import { type Terminal, terminalColumns } from '../cli/terminal.ts';
import type { Config } from '../core/config/check.ts';
import { createSystemFactory } from '../local/run/in-process-system.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import type { RunningSystem } from '../local/run/start.ts';
import { formatFirstServiceName } from '../local/run/target-services.ts';
import { type DemoBoard, openBoard } from './board.ts';
import { checkReleases } from './check-releases.ts';
import { showHistory } from './history.ts';
import { addMigration } from './migration.ts';
import { formatElapsed, formatProgressLine, type ProgressLine } from './progress-line.ts';
import { createDemoRepository } from './repository.ts';
import { configureStrategy } from './strategies.ts';
import type { DemoStrategy } from './strategy-names.ts';
import { printSummary } from './summary.ts';
import { createDemoSystem } from './system.ts';
import { releaseTwoCommits } from './two-releases.ts';

/** The options of the command line, the output, and who answers an approval. */
export interface DemoOptions {
  json: boolean;
  /** The deployment strategy of the services; absent for rolling updates. */
  strategy?: DemoStrategy | undefined;
  /** Undefined if the output is a file or a pipe. */
  terminal: Terminal | undefined;
  /** Opens the delivery board alongside, and keeps it open at the end. */
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

/** Keeps the board open until Ctrl-C, which ends the process. */
async function keepOpen(board: DemoBoard, say: DemoOptions['say']): Promise<void> {
  say(
    styleText(
      'bold',
      `\nThe delivery board stays open, and time passes as on your clock: ${board.url}\nCtrl-C ends it.`,
    ),
  );
  await board.liveUntil(new Promise(() => {}));
}

/** Plays the demo in the embedded AWS. Returns the exit code: 0 if the end state is as expected. */
export async function runDemo(given: Config, options: DemoOptions): Promise<number> {
  const config = addMigration(given);
  const { json, say, terminal, strategy } = options;
  const columns = terminalColumns(terminal);
  const startSystem = await createSystemFactory(config, { withExistingResources: true });
  const running = await startSystem(randomUUID());
  const { clock } = running;
  const simulatedStart = clock.now();
  const board = options.board ? await openBoard(running, config, clock) : undefined;
  if (board !== undefined)
    say(
      styleText(
        'bold',
        `
The delivery board: ${board.url}
`,
      ),
    );
  const audience = {
    show: (line: ProgressLine) => say(formatProgressLine(line, columns, clock.now() - simulatedStart)),
    approve: (question: string) =>
      board === undefined ? options.approve(question) : board.liveUntil(options.approve(question)),
  };
  const demo = createDemoSystem(running, clock, audience, strategy !== undefined);
  if (strategy !== undefined) await configureStrategy(running, demo.targets, strategy);
  const repository = await createDemoRepository(demo.targets);
  useFolderAsSource(running, config, repository.folder, repository.summarize);
  try {
    const releases = await releaseTwoCommits(demo, repository, say);
    const problems = checkReleases(releases);
    const elapsedMs = Math.round(performance.now());
    const ok = problems.length === 0;
    if (json) console.log(JSON.stringify({ ok, problems, releases, calls: listCalls(running), elapsedMs }, null, 2));
    else {
      const name = formatFirstServiceName(demo.targets);
      say(styleText('bold', `\nThe ledger of the service: npm run gantry -- history ${name}\n`));
      await showHistory(running, clock, { target: name, say, terminal });
    }
    printSummary(releases, problems, { say, columns });
    const times = `${formatElapsed(clock.now() - simulatedStart)} of simulated time, ${(elapsedMs / 1000).toFixed(1)} s of real time.`;
    say(`\n${formatVerdict(problems)} ${times}`);
    if (board !== undefined) await keepOpen(board, say);
    return ok ? 0 : 1;
  } finally {
    await running.stop();
    await repository.remove();
  }
}
