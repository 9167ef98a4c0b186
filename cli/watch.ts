import { findExecution, runningExecutions } from '../aws/sfn-executions.ts';
import { executionArnOf } from '../core/config/resource-names.ts';
import { targetOf } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { aboutTarget } from './about.ts';
import { type Arguments, misuse, subject } from './arguments.ts';
import { follow } from './follow.ts';
import { installedOn } from './machines.ts';
import { tellerFor } from './tell.ts';
import { commonHelp, type Verb } from './verb.ts';
import type { World } from './world.ts';

const help = `gantry watch TARGET|EXECUTION   watch what is going on, or read how it went

  TARGET      such as test/web: the deployment or rollback that is going on there
  EXECUTION   its ARN, or its name; one that is over tells its story
${commonHelp}`;

export const watch: Verb = {
  help,
  options: {},
  async run(args, world) {
    const what = subject(args, 'a target such as test/web, or an execution');
    const execution = await (isTarget(what) ? goingOn(what, args, world) : executionNamed(what, args, world));
    return follow(execution, world, tellerFor(world, args.json));
  },
};

/** Neither an ARN nor, since it has a slash, the name of an execution. */
const isTarget = (what: string): boolean => what.includes('/') && !what.startsWith('arn:');

/** The newest execution that runs for a target, whoever started it. Throws a ConfigurationError where there is none. */
async function goingOn(name: string, { stage }: Arguments, { config }: World): Promise<string> {
  const isAbout = aboutTarget(targetOf(config, name, stage), config, stage);
  const machines = installedOn(config, stage);
  const running = await Promise.all([machines.deploy, machines.rollback].map(runningOf));
  const [newest] = running
    .flat()
    .filter(({ input }) => isAbout(input))
    .sort((a, b) => b.startedAt - a.startedAt);
  if (newest !== undefined) return newest.arn;
  const sentence = `Nothing is going on for ${name}. What went on before: gantry history ${name}`;
  throw new Failure('ConfigurationError', sentence);
}

/** A machine's running executions, with their start in ms since 1970. */
async function runningOf(machineArn: string) {
  const found = await Promise.all((await runningExecutions(machineArn)).map(({ arn }) => findExecution(arn)));
  return found.flatMap((execution) =>
    execution?.executionArn === undefined
      ? []
      : [
          {
            arn: execution.executionArn,
            input: execution.input ?? '',
            startedAt: execution.startDate?.getTime() ?? 0,
          },
        ],
  );
}

const arn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^:\s]+:[^:\s]+$/;

/** An execution by its ARN, or by its name in either machine. Throws a ConfigurationError where there is none. */
async function executionNamed(what: string, args: Arguments, { config }: World): Promise<string> {
  if (what.startsWith('arn:') && !arn.test(what))
    throw misuse(
      'watch',
      `"${what}" is not the ARN of an execution (arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME).`,
    );
  const { deploy, rollback } = installedOn(config, args.stage);
  const named = (machine: string) => executionArnOf(machine, what);
  const candidates = arn.test(what) ? [what] : [named(deploy), named(rollback)];
  for (const candidate of candidates) if ((await findExecution(candidate)) !== undefined) return candidate;
  const where = arn.test(what) ? '' : `; looked for ${candidates.join(' and ')}`;
  throw new Failure('ConfigurationError', `There is no execution ${what}${where}.`);
}
