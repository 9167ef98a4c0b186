import { isInvalidRequest } from '../core/errors/invalid-request.ts';
import type { ContinueRequest } from '../core/request/continue.ts';
import type { HookAnswerFacts } from '../core/rollout/answer-hook.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { createTargetEcsClientWithoutRetries } from './ecs.ts';
import { listHookAnswers, readHookAnswer } from './hook-answers.ts';
import type { ClockAndLogger } from './lambda.ts';
import { describeServiceDeployment } from './service-deployments.ts';

/** A person's request, in the execution that carries it out. */
export type AnswerRequest = ContinueRequest & { execution: string };

/** Returns a client that sends no request twice. After a lost answer, ECS's data show whether the request took effect. */
export const createHookAnswerClient = ({ target, execution }: AnswerRequest, clockAndLogger: ClockAndLogger) =>
  createTargetEcsClientWithoutRetries(target, { execution, access: 'continue deployment' }, clockAndLogger.readTime());

/** Returns the recorded answer for the hook. If the person did not name the hook, also returns the last answer at another hook of the deployment. */
async function readRecorded(asked: AnswerRequest): Promise<Pick<HookAnswerFacts, 'recorded' | 'earlier'>> {
  const { target, hookId, onlyHook, serviceDeploymentArn } = asked;
  if (hookId !== undefined && !onlyHook) {
    const found = await readHookAnswer(target, hookId);
    return { recorded: isTableUnavailable(found) ? undefined : found };
  }
  const all = await listHookAnswers(target);
  const answers = isTableUnavailable(all) ? [] : all.filter((one) => one.serviceDeploymentArn === serviceDeploymentArn);
  if (hookId === undefined) return { recorded: answers[0] };
  return {
    recorded: answers.find((one) => one.hookId === hookId),
    earlier: answers.find((one) => one.hookId !== hookId),
  };
}

/**
 * Reads the facts that decide whether the answer is sent. Reads the record before ECS's data. So if the record names nobody and the hook no longer waits, an
 * answer of another person with Gantry can only be newer than the read.
 */
export async function readHookAnswerFacts(
  asked: AnswerRequest,
  clockAndLogger: ClockAndLogger,
): Promise<HookAnswerFacts> {
  const recorded = await readRecorded(asked);
  const client = await createHookAnswerClient(asked, clockAndLogger);
  const deployment = await describeServiceDeployment(client, asked.serviceDeploymentArn).catch((error: unknown) => {
    if (isInvalidRequest(error)) return undefined;
    throw error;
  });
  return { now: clockAndLogger.readTime(), asked, deployment, ...recorded };
}
