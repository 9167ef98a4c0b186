import { listMatchedServices } from '../aws/matched-services.ts';
import type { Config } from '../core/config/check.ts';
import { findTargetOfRole, listPatternTargets, listTargets, type NamedTarget } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import { readTargetArgument } from './arguments.ts';
import { type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { withAdvice } from './error-advice.ts';
import { formatJsonLine } from './json-line.ts';
import { viewerSession } from './service.ts';
import { readTargetStatus, type TargetStatus } from './target-status.ts';
import { formatTargetStatus } from './target-status-lines.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  Without a target: all services that gantry.config.ts names, and those of the clusters that match its patterns.
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
    const now = context.now();
    const targets =
      args.positionals.length === 0
        ? await listAllTargets(context.config, args.stage, now)
        : [readTargetArgument(args, context.config)];
    const readStatus = (target: NamedTarget | UnreadableTarget) =>
      'problem' in target
        ? target
        : readTargetStatus(target, now, context.config).catch(toUnreadableTarget(target.name, context.config));
    const found: (TargetStatus | UnreadableTarget)[] = [];
    for (let at = 0; at < targets.length; at += targetsPerBatch)
      found.push(...(await Promise.all(targets.slice(at, at + targetsPerBatch).map(readStatus))));
    const adapted = found.map((one) =>
      'problem' in one ? { ...one, problem: context.adaptMessage(one.problem) } : one,
    );
    for (const one of adapted.map((each) => escapeTexts(each, escapeUnprintable)))
      context.out(args.json ? formatJsonLine(now, 'status', one) : `${formatTarget(one, now).join('\n')}\n`);
    return (
      found.map((one) => ('problem' in one ? one.exitCode : exitCodes.done)).find((code) => code > 0) ?? exitCodes.done
    );
  },
};

/** The number of targets that are read together: DescribeServices sustains 20 calls a second (ECS API request throttling). */
const targetsPerBatch = 10;

/** The named services, and the services that exist and match a pattern. A pattern whose services cannot be listed is reported in its place. */
async function listAllTargets(config: Config, stage: string, now: Date): Promise<(NamedTarget | UnreadableTarget)[]> {
  const lists = listPatternTargets(config, stage).map((pattern) =>
    listMatchedServices(pattern, { session: viewerSession, now }).then(
      (services) => services.flatMap((service) => findTargetOfRole(config, stage, { ...pattern, service }) ?? []),
      async (error: unknown) => [await toUnreadableTarget(pattern.name, config)(error)],
    ),
  );
  const all = [...listTargets(config, stage), ...(await Promise.all(lists)).flat()];
  return [...new Map(all.map((one) => ['problem' in one ? one.target : one.name, one])).values()];
}

const toUnreadableTarget =
  (target: string, config: Config) =>
  async (error: unknown): Promise<UnreadableTarget> => {
    if (!(error instanceof Failure)) throw error;
    const { name, message } = await withAdvice(error, config);
    const exitCode = name === 'ConfigurationError' ? exitCodes.mistake : exitCodes.unavailable;
    return { target, problem: message, exitCode };
  };

const formatTarget = (found: TargetStatus | UnreadableTarget, now: Date): string[] =>
  'problem' in found ? [`${found.target}: ${found.problem}`] : formatTargetStatus(found, now);
