import type { Config } from '../core/config/check.ts';
import { getTargetByName } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { readTargetArgument } from './arguments.ts';
import { type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { withAdvice } from './error-advice.ts';
import { readTargetStatus, type TargetStatus } from './target-status.ts';
import { formatTargetStatus } from './target-status-lines.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry status [TARGET]   show what runs, since when and from which release, and what is in progress

  Without a target: all targets of gantry.config.ts.
${commonHelp}`;

/** A target whose status could not be read: why, and the exit code for it. */
interface UnreadableTarget {
  target: string;
  problem: string;
  exitCode: ExitCode;
}

export const status: Verb = {
  help,
  options: {},
  async run(args, context) {
    process.env.TABLE = resolveDeployedResources(context.config, args.stage).table;
    const targets =
      args.positionals.length === 0
        ? listTargets(context.config, args.stage)
        : [readTargetArgument(args, context.config)];
    const now = context.now();
    const readStatus = (target: (typeof targets)[number]) =>
      readTargetStatus(target, now).catch(toUnreadableTarget(target.name, context.config));
    const found = await Promise.all(targets.map(readStatus));
    for (const one of found)
      context.out(args.json ? formatJsonLine(one, now) : `${formatTarget(one, now).join('\n')}\n`);
    return (
      found.map((one) => ('problem' in one ? one.exitCode : exitCodes.done)).find((code) => code > 0) ?? exitCodes.done
    );
  },
};

const listTargets = (config: Config, stage: string) =>
  config.targets.flatMap(({ name, services }) =>
    services.map((service) => {
      const fullName = `${name}/${service.name}`;
      return { ...getTargetByName(config, fullName, stage), name: fullName };
    }),
  );

const toUnreadableTarget =
  (target: string, config: Config) =>
  async (error: unknown): Promise<UnreadableTarget> => {
    if (!(error instanceof Failure)) throw error;
    const { name, message } = await withAdvice(error, config);
    const exitCode = name === 'ConfigurationError' ? exitCodes.mistake : exitCodes.unavailable;
    return { target, problem: message, exitCode };
  };

const formatJsonLine = (found: TargetStatus | UnreadableTarget, now: Date): string =>
  `${JSON.stringify({ at: now.toISOString(), type: 'status', ...found })}\n`;

const formatTarget = (found: TargetStatus | UnreadableTarget, now: Date): string[] =>
  'problem' in found ? [`${found.target}: ${found.problem}`] : formatTargetStatus(found, now);
