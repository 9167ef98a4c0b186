import { listMatchedServices } from '../aws/matched-services.ts';
import type { Config } from '../core/config/check.ts';
import { findTargetOfRole, listPatternTargets, listTargets, type NamedTarget } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { escapeUnprintable } from '../core/parsing/display-text.ts';
import { escapeTexts } from '../core/parsing/escape-texts.ts';
import { readTargetArgument } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { adaptHook } from './describe-hook.ts';
import { withAdvice } from './error-advice.ts';
import { formatJsonLine } from './json-line.ts';
import { viewerSession } from './service.ts';
import { formatStatusTable } from './status-table.ts';
import { readTargetStatus, type TargetStatus, type UnreadableTarget } from './target-status.ts';
import { formatTargetStatus } from './target-status-lines.ts';
import { terminalColumns } from './terminal.ts';
import type { Verb } from './verb.ts';
import { wrapText } from './wrap-text.ts';

export const status: Verb = {
  options: {},
  async run(args, context) {
    process.env.TABLE = resolveDeployedResources(context.config, args.stage).table;
    const now = context.now();
    const isAboutAll = args.positionals.length === 0;
    const targets = isAboutAll
      ? await listAllTargets(context.config, args.stage, now)
      : [readTargetArgument(args, context.config)];
    const found = await readTargets(targets, now, context);
    const shown = found.map((each) => escapeTexts(each, escapeUnprintable));
    if (args.json)
      context.out(
        shown.map((one) => formatJsonLine('problem' in one ? now : new Date(one.readAt), 'status', one)).join(''),
      );
    else if (isAboutAll) context.out(formatLines(formatStatusTable(shown, terminalColumns(context.terminal))));
    else context.out(formatLines(shown.flatMap((one) => formatTarget(one, terminalColumns(context.terminal)))));
    return findExitCode(found);
  },
};

async function readTargets(
  targets: (NamedTarget | UnreadableTarget)[],
  now: Date,
  context: CliContext,
): Promise<(TargetStatus | UnreadableTarget)[]> {
  const { config } = context;
  const read = (target: NamedTarget | UnreadableTarget) =>
    'problem' in target ? target : readTargetStatus(target, now, config).catch(toUnreadableTarget(target.name, config));
  const found: (TargetStatus | UnreadableTarget)[] = [];
  for (let at = 0; at < targets.length; at += targetsPerBatch)
    found.push(...(await Promise.all(targets.slice(at, at + targetsPerBatch).map(read))));
  return found.map((one) => adaptStatus(one, context));
}

function adaptStatus(found: TargetStatus | UnreadableTarget, context: CliContext): TargetStatus | UnreadableTarget {
  if ('problem' in found) return { ...found, problem: context.adaptMessage(found.problem) };
  const { waiting } = found;
  return waiting === undefined ? found : { ...found, waiting: waiting.map((hook) => adaptHook(hook, context)) };
}

/** The exit code of the first target that could not be read. */
const findExitCode = (found: (TargetStatus | UnreadableTarget)[]): ExitCode =>
  found.find((one) => 'problem' in one)?.exitCode ?? exitCodes.done;

/** The number of targets that are read together: DescribeServices sustains 20 calls a second (ECS API request throttling). */
const targetsPerBatch = 10;

/**
 * The named services, and the existing services that match a pattern. If the services of a pattern cannot be listed, the result contains the error in their
 * place.
 */
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

const formatLines = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');

const formatTarget = (found: TargetStatus | UnreadableTarget, columns: number): string[] =>
  'problem' in found ? [wrapText(`${found.target}: ${found.problem}`, columns, 2)] : formatTargetStatus(found, columns);
