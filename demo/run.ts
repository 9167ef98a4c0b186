import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { runCommand } from '../cli/command.ts';
import type { Config } from '../core/config/check.ts';
import { createJumpingClock, type JumpingClock } from '../local/clock.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import { type RunningSystem, startEmbeddedAws } from '../local/run/start.ts';
import { formatFirstServiceName } from '../local/run/target-services.ts';
import { checkReleases } from './check-releases.ts';
import { showHistory } from './history.ts';
import { formatElapsed, formatProgressLine } from './progress.ts';
import type { DemoRelease } from './release.ts';
import { createDemoRepository } from './repository.ts';
import { type Audience, createDemoSystem } from './system.ts';
import { releaseTwoCommits } from './two-releases.ts';

const usage = `npm run demo -- [--json] [--yes]

Releases two commits of an example application across an account boundary, on the embedded AWS: a healthy one, and one whose container crashes.
  --json  print one JSON document at the end, and nothing else
  --yes   promote to prod without asking; always the case if there is no terminal
Exit code: 0 if the end state is as expected, 1 if not.
`;

const options = {
  json: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** The options of the command line, the clock, and the output. */
interface DemoOptions {
  json: boolean;
  yes: boolean;
  clock: JumpingClock;
  say(text: string): void;
}

async function askQuestion(question: string, { json, yes, say }: DemoOptions): Promise<boolean> {
  if (yes || json || !process.stdin.isTTY) {
    say(styleText('bold', `\n${question} Yes.\n`));
    return true;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`\n${question} [Y/n] `);
  terminal.close();
  return !/^n/i.test(answer);
}

function createAudience(options: DemoOptions): Audience {
  const { clock, say } = options;
  const start = clock.now();
  return {
    show: (line) => say(formatProgressLine(line, clock.now() - start)),
    approve: (question) => askQuestion(question, options),
  };
}

function printSummary(releases: DemoRelease[], problems: string[], say: DemoOptions['say']): void {
  for (const { commit, pipeline, service } of releases) {
    say(
      `\n${styleText('bold', `Commit ${commit.slice(0, 12)}`)}: pipeline ${pipeline.status}; ${service.name} runs ${service.after}`,
    );
    for (const { summary } of pipeline.actions.filter(({ stage }) => stage.startsWith('Deploy')))
      say(summary.replace(/^/gm, '    '));
  }
  for (const problem of problems) console.error(styleText('red', `Wrong: ${problem}.`));
}

const formatVerdict = (problems: string[]): string =>
  problems.length === 0
    ? styleText('green', 'The end state is as expected.')
    : styleText('red', 'The end state is not as expected.');

const listCalls = ({ cloud }: RunningSystem) =>
  cloud.authorizations.map(({ account, principal, action, resource }) => ({ account, principal, action, resource }));

async function runDemo(config: Config, demoOptions: DemoOptions): Promise<number> {
  const { clock, json, say } = demoOptions;
  const [realStart, simulatedStart] = [performance.now(), clock.now()];
  const running = await startEmbeddedAws({ clock, config, stage: 'production', withExistingResources: true });
  const demo = createDemoSystem(running, clock, createAudience(demoOptions));
  const repository = await createDemoRepository(demo.targets);
  useFolderAsSource(running, config, repository.folder);
  try {
    const releases = await releaseTwoCommits(demo, repository, say);
    const problems = checkReleases(releases);
    const elapsedMs = Math.round(performance.now() - realStart);
    if (json) console.log(JSON.stringify({ releases, calls: listCalls(running), elapsedMs }, null, 2));
    else {
      const name = formatFirstServiceName(demo.targets);
      say(styleText('bold', `\nThe ledger of the service: npm run gantry -- history ${name}\n`));
      await showHistory(running, clock, name);
    }
    printSummary(releases, problems, say);
    const times = `${formatElapsed(clock.now() - simulatedStart)} of simulated time, ${(elapsedMs / 1000).toFixed(1)} s of real time.`;
    say(`\n${formatVerdict(problems)} ${times}`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await running.stop();
    await repository.remove();
  }
}

process.exitCode = await runCommand({
  usage,
  options,
  async run({ json = false, yes = false }) {
    const say = (text: string): void => {
      if (!json) console.log(text);
    };
    return runDemo(await loadCheckoutConfig(), { json, yes, say, clock: createJumpingClock() });
  },
});
