import { readExecutionRequest } from '../aws/execution-request.ts';
import { findExecution, listRunningExecutions } from '../aws/sfn-executions.ts';
import type { Config } from '../core/config/check.ts';
import { buildExecutionArn } from '../core/config/resource-names.ts';
import { getTargetByName } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { requireOnePositional, type VerbArguments, verbUsageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import {
  listEntryMachines,
  listSharedMachines,
  resolveDeployedResources,
  sharedExecutionArn,
} from './deployed-resources.ts';
import { createEventPrinter } from './event-printer.ts';
import { followExecution } from './follow.ts';
import { matchesTarget } from './matches-target.ts';
import type { Verb } from './verb.ts';

export const watch: Verb = {
  options: {},
  async run(args, context) {
    const what = requireOnePositional(args, 'a target such as test/web, or an execution');
    const execution = await (isTargetName(what)
      ? findRunningExecution(what, args, context)
      : findNamedExecution(what, args, context));
    return followExecution(execution, context, createEventPrinter(context, args.json));
  },
};

/** Whether a text names a target: a target's name contains a slash, and the name of an execution cannot contain one. */
const isTargetName = (what: string): boolean => what.includes('/') && !what.startsWith('arn:');

/** Returns the newest running execution for a target, whoever started it. Throws a ConfigurationError if there is none. */
async function findRunningExecution(name: string, { stage }: VerbArguments, { config }: CliContext): Promise<string> {
  const isForTarget = matchesTarget(getTargetByName(config, name, stage), config, stage);
  const machines = resolveDeployedResources(config, stage);
  const running = await Promise.all([machines.deploy, machines.rollback].map(listRunning));
  const [newest] = running
    .flat()
    .filter(({ request }) => isForTarget(request))
    .sort((a, b) => b.startedAt - a.startedAt);
  if (newest !== undefined) return newest.arn;
  const sentence = `No deployment or rollback is running for ${name}. To see earlier ones: gantry history ${name}`;
  throw new Failure('ConfigurationError', sentence);
}

/** Returns a state machine's running executions, with what they were started for and their start in ms since 1970. */
async function listRunning(machineArn: string) {
  const listed = await listRunningExecutions(machineArn);
  return Promise.all(listed.map(({ arn, start }) => describeRunning(arn, start)));
}

const describeRunning = async (arn: string, start: Date) => ({
  arn,
  request: await readExecutionRequest(arn, (await findExecution(arn))?.input),
  startedAt: start.getTime(),
});

const executionArnPattern = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^:\s]+:[^:\s]+$/;

/** Finds an execution by its ARN, or by its name in either state machine. Throws a ConfigurationError if there is none. */
async function findNamedExecution(what: string, args: VerbArguments, { config }: CliContext): Promise<string> {
  if (what.startsWith('arn:') && !executionArnPattern.test(what))
    throw verbUsageError(
      'watch',
      `"${what}" is not the ARN of an execution (arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME).`,
    );
  const candidates = executionArnPattern.test(what)
    ? [findSharedExecution(what, config, args.stage) ?? what]
    : listExecutionsNamed(what, config, args.stage);
  const results = await Promise.allSettled(candidates.map(findExecution));
  const at = results.findIndex((result) => result.status === 'fulfilled' && result.value !== undefined);
  if (candidates[at] !== undefined) return candidates[at];
  // A person can be allowed to read the executions of only some targets.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const where = executionArnPattern.test(what) ? '' : `; looked for ${candidates.slice(0, 2).join(' and ')}`;
  throw new Failure('ConfigurationError', `There is no execution ${what}${where}.`);
}

/** Returns the ARNs that an execution with this name can have: in a shared machine, or in an entry machine. The shared execution has more data. */
function listExecutionsNamed(name: string, config: Config, stage: string): string[] {
  const shared = listSharedMachines(config, stage).map((machine) => buildExecutionArn(machine, name));
  return [...shared, ...listEntryMachines(config, stage).map((entry) => sharedExecutionArn(entry, name))];
}

/** Returns the ARN of the shared execution, if the ARN is that of an entry machine's execution. */
function findSharedExecution(arn: string, config: Config, stage: string): string | undefined {
  const name = arn.split(':').at(-1) ?? '';
  const entry = listEntryMachines(config, stage).find((one) => buildExecutionArn(one.arn, name) === arn);
  return entry && sharedExecutionArn(entry, name);
}
