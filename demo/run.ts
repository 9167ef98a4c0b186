import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import { runCommand, UsageError } from '../cli/command.ts';
import { openTerminal, terminalColumns } from '../cli/terminal.ts';
import { exitOnSignals } from '../local/exit-on-signals.ts';
import { createApprover } from './approval.ts';
import { introduceReporters } from './introduction.ts';
import { formatReport } from './progress-line.ts';
import { type DemoStrategy, demoStrategies } from './strategy-names.ts';

/* Loads the embedded AWS only after the introduction is printed, because that takes most of the time of a start. */

const usage = `npm run demo -- [--json] [--yes] [--board] [--strategy NAME]

Releases two commits of an example application across an account boundary, on the embedded AWS: a healthy one, and one whose container crashes.
  --json  print one JSON document at the end, and nothing else
  --yes   promote to prod without asking; always the case if there is no terminal
  --board open the delivery board alongside: prints its address, and keeps it open at the end until Ctrl-C
  --strategy NAME  the deployment strategy of the services, whose shifts of traffic are shown: blue-green, canary or linear
Exit code: 0 if the end state is as expected, also after you answered no; 1 if not; 2 if the arguments or gantry.config.ts are not valid; 130: Ctrl-C.
The demo writes only temporary files, and removes them when it ends.
`;

const options = {
  json: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  board: { type: 'boolean', default: false },
  strategy: { type: 'string' },
} as const;

function parseStrategy(given: string | undefined): DemoStrategy | undefined {
  const strategy = demoStrategies.find((one) => one === given);
  if (given === undefined || strategy !== undefined) return strategy;
  throw new UsageError(`--strategy is "${given}"; it must be ${demoStrategies.join(', ')}.`);
}

process.exitCode = await runCommand({
  usage,
  options,
  async run({ json = false, yes = false, board = false, strategy: name }) {
    const strategy = parseStrategy(name);
    exitOnSignals();
    const config = await loadCheckoutConfig();
    const say = (text: string): void => {
      if (!json) console.log(text);
    };
    const terminal = openTerminal(process.stdout, process.env);
    say('Each line names who reports it. Time jumps from one event to the next.');
    for (const line of introduceReporters(config)) say(formatReport(line, terminalColumns(terminal)));
    say('Starting takes some seconds …\n');
    const { runDemo } = await import('./run-demo.ts');
    return runDemo(config, {
      json,
      strategy,
      terminal,
      board: board && !json,
      say,
      approve: createApprover({ yes: yes || json, say }),
    });
  },
});
