import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { command } from '../cli/command.ts';
import { loadConfig } from '../cli/load-config.ts';
import type { Config } from '../core/config/check.ts';
import { type JumpingClock, jumpingClock } from '../local/clock.ts';
import { connectFolder } from '../local/run/source.ts';
import { type Running, start } from '../local/run/start.ts';
import { wrong } from './check.ts';
import { createRepository, type Repository } from './commits.ts';
import { showHistory } from './history.ts';
import { elapsed, printed } from './progress.ts';
import { type Release, release } from './release.ts';
import { type Audience, createStage, type Stage } from './stage.ts';

const usage = `npm run demo -- [--json] [--yes]

Releases two commits of an example application across an account border, on the embedded AWS: a good one, and one whose container crashes.
  --json  print one JSON document at the end, and nothing else
  --yes   promote to prod without asking; where there is no terminal to ask on, this is so anyway
Exit code: 0 if the end state was checked and is right, 1 if not.
`;

const options = {
  json: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** How it is told, and by which clock. */
interface Telling {
  json: boolean;
  yes: boolean;
  clock: JumpingClock;
  say(text: string): void;
}

async function ask(question: string, { json, yes, say }: Telling): Promise<boolean> {
  if (yes || json || !process.stdin.isTTY) {
    say(styleText('bold', `\n${question} Yes.\n`));
    return true;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`\n${question} [Y/n] `);
  terminal.close();
  return !/^n/i.test(answer);
}

function audience(telling: Telling): Audience {
  const { clock, say } = telling;
  const start = clock.now();
  return {
    show: (line) => say(printed(line, clock.now() - start)),
    approve: (question) => ask(question, telling),
  };
}

/** The two commits, one after the other. */
async function story(stage: Stage, repository: Repository, { say }: Telling): Promise<Release[]> {
  await stage.untilSteady();
  say(styleText('bold', '\nThe first commit.\n'));
  const good = await release(stage);
  say(styleText('bold', '\nThe second commit: its container crashes.\n'));
  await repository.breakIt();
  const bad = await release(stage);
  await stage.untilSteady();
  return [good, bad];
}

function tell(releases: Release[], problems: string[], say: Telling['say']): void {
  for (const { commit, pipeline, service } of releases) {
    say(
      `\n${styleText('bold', `Commit ${commit.slice(0, 12)}`)}: pipeline ${pipeline.status}; ${service.name} is on ${service.after}`,
    );
    for (const { summary } of pipeline.actions.filter(({ stage }) => stage.startsWith('Deploy')))
      say(summary.replace(/^/gm, '    '));
  }
  for (const problem of problems) console.error(styleText('red', `Wrong: ${problem}.`));
}

const verdictOn = (problems: string[]): string =>
  problems.length === 0 ? styleText('green', 'The end state is right.') : styleText('red', 'The end state is wrong.');

const callsOf = ({ cloud }: Running) =>
  cloud.calls.map(({ account, principal, action, resource }) => ({ account, principal, action, resource }));

async function demonstrate(config: Config, telling: Telling): Promise<number> {
  const { clock, json, say } = telling;
  const [began, opened] = [performance.now(), clock.now()];
  const repository = await createRepository();
  const running = await start({ clock, config, stage: 'production' });
  connectFolder(running, config, repository.folder);
  try {
    const releases = await story(createStage(running, clock, audience(telling)), repository, telling);
    const problems = wrong(releases);
    const elapsedMs = Math.round(performance.now() - began);
    if (json) console.log(JSON.stringify({ releases, calls: callsOf(running), elapsedMs }, null, 2));
    else {
      say(styleText('bold', '\nWhat the ledger keeps of it: npm run gantry -- history test/web\n'));
      await showHistory(running, clock, 'test/web');
    }
    tell(releases, problems, say);
    const times = `${elapsed(clock.now() - opened)} on AWS's clock, ${(elapsedMs / 1000).toFixed(1)} s on yours.`;
    say(`\n${verdictOn(problems)} ${times}`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await running.stop();
    await repository.remove();
  }
}

process.exitCode = await command({
  usage,
  options,
  async run({ json = false, yes = false }) {
    const say = (text: string): void => {
      if (!json) console.log(text);
    };
    return demonstrate(await loadConfig(), { json, yes, say, clock: jumpingClock() });
  },
});
