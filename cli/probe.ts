import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProbeClient } from '../aws/probe/client.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { runCommand, UsageError } from './command.ts';
import { exitCodes } from './context.ts';
import { anyLoginHint, explainCredentials } from './explain-credentials.ts';
import type { ProbeContext } from './probe/context.ts';
import { probePermissions } from './probe/permissions.ts';
import { formatReport, reportFindings } from './probe/report.ts';
import { createContext, type ProbeOptions, type ProbeOutcome, runProbes } from './probe/run-probes.ts';

const defaultFile = 'probe-result.json';

const usage = `npm run probe -- [--create | --remove] [--policy] [--output ${defaultFile}]

Finds out how AWS answers the questions of docs/assumptions.md in your account and Region, with the credentials of your shell.
Without options it only reads.
  --create  also creates a few small resources named gantry-probe…, observes them, and removes them; takes about ten minutes.
            It first prints what it creates
  --remove  removes what an earlier run with --create could not remove, and does nothing else
  --policy  only prints the IAM policy that the run needs, with --create for that run
  --output  the file for the result, without account ids, ARNs and names, to attach to a bug report

Exit codes: 0 done. 1: something of the probe exists in the account. 2: the arguments are not valid. 4: AWS could not be reached, or
the credentials are not valid. 130: interrupted; what the run created is removed.
`;

const options = {
  create: { type: 'boolean', default: false },
  remove: { type: 'boolean', default: false },
  policy: { type: 'boolean', default: false },
  output: { type: 'string', default: defaultFile },
} as const;

const interruption = new AbortController();

/** The terminal sends a signal to this process, and npm passes on the same signal. A second signal counts as the user's own only after this time. */
const sameSignalMs = 1000;

/** The first signal removes the run's resources and ends the run. A second signal ends the run at once, unless the terminal was only closed. */
function listenForSignals(): void {
  let firstAt = Number.POSITIVE_INFINITY;
  const stop = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGHUP' && Date.now() - firstAt > sameSignalMs) {
      console.error('Stopped before everything was removed. Remove the rest: npm run probe -- --remove');
      process.exit(exitCodes.failed);
    }
    if (interruption.signal.aborted) return;
    firstAt = Date.now();
    console.error('Interrupted: removes what was created. Press Ctrl-C again to stop immediately.');
    interruption.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

/** Progress goes to standard error, so that standard output has only the result. */
const connect = async (): Promise<ProbeContext> =>
  createContext({
    client: await createProbeClient(),
    now: () => new Date(),
    sleep: (ms, end) => sleep(ms, undefined, { signal: end }).catch(() => undefined),
    interrupted: interruption.signal,
    print: (line) => console.error(line),
  });

function writeResult(
  outcome: ProbeOutcome,
  context: ProbeContext,
  { create, output }: ProbeOptions & { output: string },
) {
  const findings = reportFindings(outcome.findings, create);
  const result = {
    at: context.now().toISOString(),
    region: context.names.region,
    create,
    state: outcome.state,
    findings,
  };
  writeFileSync(output, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`${formatReport(findings)}\n\nThe result is in ${output}. It contains no account ids, ARNs or names.`);
}

const leftAdvice: Record<ProbeOutcome['state'], string> = {
  refused:
    'These exist, from a run that could not remove them or that is still running. Remove them with --remove first:',
  finished: 'These could not be removed. Remove them with --remove:',
  interrupted: 'These could not be removed. Remove them with --remove:',
  removed: 'These could not be removed:',
};

function reportLeft({ state, left }: ProbeOutcome): void {
  if (left.length > 0) console.error([leftAdvice[state], ...left.map((each) => `  ${each}`)].join('\n'));
  else if (state === 'removed') console.log('Nothing of the probe is in the account.');
}

async function probe(asked: ProbeOptions & { output: string }, context: ProbeContext): Promise<number> {
  const outcome = await runProbes(context, asked);
  if (outcome.state === 'finished' || outcome.state === 'interrupted') writeResult(outcome, context, asked);
  reportLeft(outcome);
  if (outcome.left.length > 0) return exitCodes.failed;
  return outcome.state === 'interrupted' ? exitCodes.stopped : exitCodes.done;
}

/** The SDK sends no request without a Region. */
const explainRegion = (message: string): string | undefined =>
  /^Region (is missing|not accepted)/.test(message) ? 'There is no valid Region: set AWS_REGION.' : undefined;

/**
 * The probe records AWS's refusals as findings. The remaining errors are about settings, invalid credentials and an endpoint that does not answer.
 */
function reportFailure(error: unknown): number {
  const { name, message, stack } = toFailure(error, 'finding out who the caller is');
  const isKnown = name === 'PermissionError' || name === 'SystemUnavailable';
  const advice = explainCredentials(error, anyLoginHint) ?? explainRegion(message);
  console.error(advice ?? (isKnown ? message : stack));
  return isKnown || advice !== undefined ? exitCodes.unavailable : exitCodes.bug;
}

/** A run takes minutes, so the file is checked before the run. */
function assertWritable(output: string): void {
  if (output === '') throw new UsageError('--output is empty; it must be the name of a file.');
  try {
    accessSync(dirname(output), constants.W_OK);
  } catch {
    throw new UsageError(`--output is "${output}"; its folder must exist and be writable.`);
  }
}

process.exitCode = await runCommand({
  usage,
  options,
  async run(asked) {
    if (asked.create && asked.remove) throw new UsageError('Found --create and --remove; give only one of them.');
    assertWritable(asked.output);
    listenForSignals();
    try {
      const context = await connect();
      if (!asked.policy) return await probe(asked, context);
      console.log(
        JSON.stringify({ Version: '2012-10-17', Statement: probePermissions(context.names, asked) }, null, 2),
      );
      return exitCodes.done;
    } catch (error) {
      return reportFailure(error);
    }
  },
});
