import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import type { NamedTarget } from '../core/config/targets.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { HookAction } from '../core/model/hook-answer.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import { parseContinueRequest } from '../core/request/continue.ts';
import { listHooksForPeople } from '../core/rollout/answer-sentences.ts';
import { formatAnswerCommand } from '../core/rollout/continue-command.ts';
import { calculateHookStart } from '../core/rollout/hook-start.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import { readTargetArgument, type VerbArguments } from './arguments.ts';
import { type CliContext, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { formatJsonLine } from './json-line.ts';
import { joinLines } from './print-lines.ts';
import { formatWait } from './progress-lines.ts';
import { identifyRequester, readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';
import { findNewestDeployment } from './waiting-hooks.ts';

export const continueDeployment: Verb = {
  options: { hook: { type: 'string' }, rollback: { type: 'boolean', default: false }, ...startOptions },
  async run(args, context) {
    const target = readTargetArgument(args, context.config);
    const { name } = target;
    const denied = checkManualStartAllowed('continue', context.config, name);
    if (denied !== undefined) throw denied;
    const deployment = await readNewestDeployment(target, context.now());
    const hook = chooseHook(deployment, name, args);
    const fields = buildAnswerInput(deployment, hook, args);
    // The state machine would find the same errors, but later.
    parseContinueRequest({ target: name, ...fields, ...readRequester(args) }, context.config, args.stage);
    if (fields.hookId === undefined && (await isUnneeded({ target, deployment, ...fields }, args, context)))
      return exitCodes.done;
    const notes = hook === undefined ? [] : [formatHookToAnswer(hook, deployment, context.now())];
    return startAndFollow({ kind: 'continue', name, fields, notes }, args, context);
  },
};

function buildAnswerInput({ arn }: ServiceDeployment, hook: LifecycleHook | undefined, args: VerbArguments) {
  const named = args.text('hook');
  const hookId = named ?? hook?.id;
  const action = args.flag('rollback') ? ('ROLLBACK' as const) : ('CONTINUE' as const);
  return {
    serviceDeploymentArn: arn,
    ...(hookId !== undefined && { hookId }),
    ...(named === undefined && hook !== undefined && { onlyHook: true }),
    action,
  };
}

/**
 * Handles the case that no hook waits and the user named none, before an execution is started. If the user has already given the answer, prints it and returns
 * true.
 */
async function isUnneeded(
  answer: { target: NamedTarget; deployment: ServiceDeployment; action: HookAction },
  args: VerbArguments,
  context: CliContext,
): Promise<boolean> {
  const { by } = await identifyRequester(args, context);
  const { table } = resolveDeployedResources(context.config, args.stage);
  // Loaded only if no hook waits, because the module reads the table.
  const { explainUnneededAnswer } = await import('./unneeded-answer.ts');
  const message = await explainUnneededAnswer({ ...answer, by, table }, context.now());
  if (message === undefined) return false;
  context.out(args.json ? formatJsonLine(context.now(), 'note', { message }) : joinLines([message], context));
  return true;
}

/** Returns the newest deployment of the service, with the user's credentials. Throws a ConfigurationError if no deployment can be waiting. */
export async function readNewestDeployment(target: NamedTarget, now: Date): Promise<ServiceDeployment> {
  const found = await findNewestDeployment(target, now).catch((error: unknown) => {
    throw toFailure(error, `reading the deployments of ${target.name}`);
  });
  if (found) return found;
  const sentence = `Nothing waits for a person: ${target.name} had no deployment in the last 15 days.`;
  throw new Failure('ConfigurationError', sentence);
}

/** Says which hook waits and for whom, since when and until when it waits, and what happens after that time. */
export const formatHookToAnswer = (hook: LifecycleHook, deployment: ServiceDeployment, now: Date): string =>
  formatWait({ ...hook, since: calculateHookStart(hook, deployment) }, now.getTime());

/** Returns the hook to answer, if it waits. Throws a ConfigurationError if several hooks wait and the user named none. */
function chooseHook(deployment: ServiceDeployment, name: string, args: VerbArguments): LifecycleHook | undefined {
  const named = args.text('hook');
  const waiting = listHooksForPeople(deployment);
  if (named !== undefined) return waiting.find(({ id }) => id === named);
  if (waiting.length <= 1) return waiting[0];
  const commands = waiting.map(({ id }) => formatAnswerCommand(name, id)).join(', or ');
  throw new Failure('ConfigurationError', `${waiting.length} hooks wait. Name the one to answer: ${commands}.`);
}
