import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import { Failure } from '../core/errors/failure.ts';
import { isInvalidRequest } from '../core/errors/invalid-request.ts';
import type { RecordedAnswer } from '../core/model/hook-answer.ts';
import type { JobReport } from '../core/model/job-report.ts';
import { contradictsAnswer, decideHookAnswer, type HookDecision, type HookFacts } from '../core/rollout/answer-hook.ts';
import { formatAcceptedAnswer } from '../core/rollout/answer-sentences.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { recordSentAnswer, settleHookAnswer } from './hook-answers.ts';
import { type AnswerRequest, createAnswerClient, readFacts } from './hook-facts.ts';
import type { ClockAndLogger } from './lambda.ts';
import { findWaitingRelease, recordAnswerOfRelease } from './waiting-release.ts';

const succeeded = (message: string): JobReport => ({ type: 'Succeeded', message });
const refused = (message: string): JobReport => ({ type: 'ConfigurationError', message });

/** Sends a person's answer to ECS, if the hook that the person saw still waits and nobody else was faster. Throws SystemUnavailable if it is not known what ECS answered. */
export async function answerHook(asked: AnswerRequest, clockAndLogger: ClockAndLogger): Promise<JobReport> {
  const facts = await readFacts(asked, clockAndLogger);
  const decision = decideHookAnswer(facts);
  if (decision.do !== 'send') return concludeUnsent(facts, decision, asked, clockAndLogger);
  const answer = await createAnswer(asked, facts);
  const written = await recordSentAnswer(asked.target, answer, facts.recorded);
  if (written === 'refused') {
    const again = await readFacts(asked, clockAndLogger);
    // The SDK writes a second time if the first answer is lost.
    if (again.recorded?.execution !== asked.execution) return concludeLostRace(again, asked, clockAndLogger);
  }
  if (isTableUnavailable(written))
    clockAndLogger.logger.warn('The answer was not recorded', { why: written.unavailable });
  return sendAnswer(asked, answer, clockAndLogger);
}

const concludeLostRace = (
  facts: HookFacts,
  asked: AnswerRequest,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> => {
  const decision = decideHookAnswer(facts);
  if (decision.do !== 'send') return concludeUnsent(facts, decision, asked, clockAndLogger);
  return Promise.resolve(refused('Somebody else answers this hook at this moment. Nothing was changed. Try again.'));
};

async function concludeUnsent(
  { recorded, deployment }: HookFacts,
  decision: Exclude<HookDecision, { do: 'send' }>,
  { target }: AnswerRequest,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  if (decision.do === 'refuse') return refused(decision.sentence);
  if (recorded?.status === 'sent') await settle(recorded, target, clockAndLogger);
  clockAndLogger.logger.info('The answer was given already', { deployment: deployment?.arn });
  return succeeded(decision.sentence);
}

async function createAnswer(
  { target, serviceDeploymentArn, hookId = '', action, by, reason, execution }: AnswerRequest,
  { now, deployment }: HookFacts,
): Promise<RecordedAnswer> {
  const release = await findWaitingRelease(target, deployment?.revisionArn);
  return {
    hookId,
    action,
    by,
    reason,
    at: now.toISOString(),
    execution,
    status: 'sent',
    serviceDeploymentArn,
    release,
  };
}

async function sendAnswer(
  asked: AnswerRequest,
  answer: RecordedAnswer,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  const { serviceDeploymentArn, hookId, action } = answer;
  const client = await createAnswerClient(asked, clockAndLogger);
  try {
    await client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
  } catch (error) {
    return explainRefusal(error, asked, answer, clockAndLogger);
  }
  const now = await readFacts(asked, clockAndLogger).catch(() => undefined);
  if (now?.deployment !== undefined && contradictsAnswer(now.deployment, answer)) {
    await settleHookAnswer(asked.target, answer, 'refused');
    return concludeLostRace({ ...now, recorded: undefined, earlier: undefined }, asked, clockAndLogger);
  }
  const recorded = await settle(answer, asked.target, clockAndLogger);
  return succeeded(formatAcceptedAnswer(answer, asked.target, recorded));
}

/** If ECS has refused the answer, says why from what ECS shows now. Rethrows any other error: the answer may have taken effect. */
async function explainRefusal(
  error: unknown,
  asked: AnswerRequest,
  answer: RecordedAnswer,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  const explained = explainEcsError(
    error,
    `the answer ${answer.action} at the hook ${answer.hookId}`,
    asked.target.roleArn,
  );
  if (!(explained instanceof Failure)) throw error;
  await settleHookAnswer(asked.target, answer, 'refused');
  if (!isInvalidRequest(error)) throw explained;
  const decision = decideHookAnswer({
    ...(await readFacts(asked, clockAndLogger)),
    recorded: undefined,
    earlier: undefined,
  });
  return refused(decision.do === 'refuse' ? `${decision.sentence} ${explained.message}` : explained.message);
}

/** Records that ECS has accepted the answer, also in the ledger entry of the release. Returns whether that entry has it; a table that does not answer is logged only. */
async function settle(
  answer: RecordedAnswer,
  target: AnswerRequest['target'],
  { logger }: ClockAndLogger,
): Promise<boolean> {
  const settled = await settleHookAnswer(target, answer, 'accepted');
  if (isTableUnavailable(settled)) logger.warn('The answer was not recorded', { why: settled.unavailable });
  const { status: _, serviceDeploymentArn: __, release, ...plain } = answer;
  return settled === 'refused' || release === undefined ? false : recordAnswerOfRelease(target, release, plain);
}
