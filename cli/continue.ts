import { createTargetEcsClient } from '../aws/ecs.ts';
import { listServiceDeployments } from '../aws/list-service-deployments.ts';
import { describeServiceDeployment } from '../aws/service-deployments.ts';
import { checkEntryAllowed } from '../core/config/check-entry.ts';
import type { NamedTarget } from '../core/config/targets.ts';
import { toFailure } from '../core/errors/aws-failure.ts';
import { Failure } from '../core/errors/failure.ts';
import type { LifecycleHook } from '../core/model/stage-progress.ts';
import { parseContinueRequest } from '../core/request/continue.ts';
import { listHooksForPeople } from '../core/rollout/answer-sentences.ts';
import { formatAnswerCommand } from '../core/rollout/continue-command.ts';
import type { ServiceDeployment } from '../core/rollout/observation.ts';
import { formatWaitingHook } from '../core/rollout/stage-sentences.ts';
import { trackStages } from '../core/rollout/track-stages.ts';
import { readTargetArgument, type VerbArguments } from './arguments.ts';
import { viewerSession } from './service.ts';
import { readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';

/** A pause hook waits for 14 days at most (pause-lifecycle-hooks in the ECS guide). In ms. */
const longestPauseMs = 15 * 24 * 3600_000;

export const continueDeployment: Verb = {
  options: { hook: { type: 'string' }, rollback: { type: 'boolean', default: false }, ...startOptions },
  async run(args, context) {
    const target = readTargetArgument(args, context.config);
    const { name } = target;
    const denied = checkEntryAllowed('continue', context.config, name);
    if (denied !== undefined) throw denied;
    const deployment = await readNewestDeployment(target, context.now());
    const hook = chooseHook(deployment, name, args);
    const hookId = args.text('hook') ?? hook?.id;
    const onlyHook = args.text('hook') === undefined && hook !== undefined;
    const action = args.flag('rollback') ? 'ROLLBACK' : 'CONTINUE';
    const fields = {
      serviceDeploymentArn: deployment.arn,
      ...(hookId !== undefined && { hookId }),
      ...(onlyHook && { onlyHook }),
      action,
    };
    // The state machine would find the same errors, but later.
    parseContinueRequest({ target: name, ...fields, ...readRequester(args) }, context.config, args.stage);
    const notes = hook === undefined ? [] : [`${describeHook(hook, deployment, context.now())}.`];
    return startAndFollow({ kind: 'continue', name, fields, notes }, args, context);
  },
};

/** Returns the newest deployment of the service, with the user's credentials. Throws a ConfigurationError if there is none that can wait. */
export async function readNewestDeployment(target: NamedTarget, now: Date): Promise<ServiceDeployment> {
  const read = async () => {
    const client = await createTargetEcsClient(target, viewerSession, now);
    const after = new Date(now.getTime() - longestPauseMs);
    const [newest] = await listServiceDeployments(client, target, { createdAt: { after } });
    return newest?.serviceDeploymentArn && describeServiceDeployment(client, newest.serviceDeploymentArn);
  };
  const found = await read().catch((error: unknown) => {
    throw toFailure(error, `reading the deployments of ${target.name}`);
  });
  if (found) return found;
  const sentence = `Nothing waits for a person: ${target.name} had no deployment in the last 15 days.`;
  throw new Failure('ConfigurationError', sentence);
}

/** Says whom a hook waits for, until when, and what happens then. */
export const describeHook = (hook: LifecycleHook, deployment: ServiceDeployment, now: Date): string => {
  const sentence = formatWaitingHook(hook, trackStages({ serviceDeployment: deployment, now }, undefined));
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
};

/** Returns the hook that is answered, if it waits. Throws a ConfigurationError if several hooks wait and none is named. */
function chooseHook(deployment: ServiceDeployment, name: string, args: VerbArguments): LifecycleHook | undefined {
  const named = args.text('hook');
  const waiting = listHooksForPeople(deployment);
  if (named !== undefined) return waiting.find(({ id }) => id === named);
  if (waiting.length <= 1) return waiting[0];
  const commands = waiting.map(({ id }) => formatAnswerCommand(name, id)).join(', or ');
  throw new Failure('ConfigurationError', `${waiting.length} hooks wait. Name the one to answer: ${commands}.`);
}
