import { createInterface } from 'node:readline/promises';
import { parseArgs, styleText } from 'node:util';
import config from '../gantry.config.ts';
import { jumpingClock } from '../local/clock.ts';
import { connectFolder } from '../local/run/source.ts';
import { start } from '../local/run/start.ts';
import { wrong } from './check.ts';
import { createRepository } from './commits.ts';
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

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const began = performance.now();
const clock = jumpingClock();
const say = (text: string): void => {
  if (!values.json) console.log(text);
};

async function ask(question: string): Promise<boolean> {
  if (values.yes || values.json || !process.stdin.isTTY) {
    say(styleText('bold', `\n${question} Yes.\n`));
    return true;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`\n${question} [Y/n] `);
  terminal.close();
  return !/^n/i.test(answer);
}

function audience(): Audience {
  const start = clock.now();
  return { show: (line) => say(printed(line, clock.now() - start)), approve: ask };
}

/** The two commits, one after the other. */
async function story(stage: Stage, repository: Awaited<ReturnType<typeof createRepository>>): Promise<Release[]> {
  await stage.untilSteady();
  say(styleText('bold', '\nThe first commit.\n'));
  const good = await release(stage);
  say(styleText('bold', '\nThe second commit: its container crashes.\n'));
  await repository.breakIt();
  const bad = await release(stage);
  await stage.untilSteady();
  return [good, bad];
}

function tell(releases: Release[], problems: string[], elapsedMs: number): void {
  for (const { commit, pipeline, service } of releases) {
    say(
      `\n${styleText('bold', `Commit ${commit.slice(0, 12)}`)}: pipeline ${pipeline.status}; ${service.name} is on ${service.after}`,
    );
    for (const { summary } of pipeline.actions.filter(({ stage }) => stage.startsWith('Deploy')))
      say(summary.replace(/^/gm, '    '));
  }
  for (const problem of problems) console.error(styleText('red', `Wrong: ${problem}.`));
  const right =
    problems.length === 0 ? styleText('green', 'The end state is right.') : styleText('red', 'The end state is wrong.');
  say(`\n${right} ${elapsed(clock.now() - opened)} on AWS's clock, ${(elapsedMs / 1000).toFixed(1)} s on yours.`);
}

const opened = clock.now();

async function main(): Promise<number> {
  const repository = await createRepository();
  const running = await start({ clock, config, stage: 'production' });
  connectFolder(running, config, repository.folder);
  try {
    const releases = await story(createStage(running, clock, audience()), repository);
    const problems = wrong(releases);
    const elapsedMs = Math.round(performance.now() - began);
    const calls = running.cloud.calls.map(({ account, principal, action, resource }) => ({
      account,
      principal,
      action,
      resource,
    }));
    if (values.json) console.log(JSON.stringify({ releases, calls, elapsedMs }, null, 2));
    if (!values.json) {
      say(styleText('bold', '\nWhat the ledger keeps of it: npm run gantry -- history test/web\n'));
      await showHistory(running, clock, 'test/web');
    }
    tell(releases, problems, elapsedMs);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await running.stop();
    await repository.remove();
  }
}

if (values.help) console.log(usage);
else process.exitCode = await main();
