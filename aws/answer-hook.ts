import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { explainEcsError } from '../core/errors/ecs-error.ts';
import { Failure } from '../core/errors/failure.ts';
import { isInvalidRequest } from '../core/errors/invalid-request.ts';
import type { RecordedHookAnswer } from '../core/model/hook-answer.ts';
import type { JobReport } from '../core/model/job-report.ts';
import {
  decideWhetherToSendAnswer,
  type HookAnswerFacts,
  hasHookContradictedAnswer,
  isSameAnswerRequest,
  type SendAnswerDecision,
} from '../core/rollout/answer-hook.ts';
import { formatAcceptedAnswer } from '../core/rollout/answer-sentences.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { recordHookAnswerResult, recordSentAnswer } from './hook-answers.ts';
import { type AnswerRequest, createHookAnswerClient, readHookAnswerFacts } from './hook-facts.ts';
import type { ClockAndLogger } from './lambda.ts';
import { findWaitingRelease, recordAnswerOfRelease } from './waiting-release.ts';

const succeeded = (message: string): JobReport => ({ type: 'Succeeded', message });
const refused = (message: string): JobReport => ({ type: 'ConfigurationError', message });

/** How often the decision is repeated because another answer was recorded at the same moment. */
const maxRaces = 3;

/**
 * Sends a person's answer to ECS, if the hook that the person saw still waits and nobody else was faster. Throws SystemUnavailable if ECS's reply is
 * unknown.
 */
export async function answerHook(
  asked: AnswerRequest,
  clockAndLogger: ClockAndLogger,
  racesLeft = maxRaces,
): Promise<JobReport> {
  const facts = await readHookAnswerFacts(asked, clockAndLogger);
  const decision = decideWhetherToSendAnswer(facts);
  if (decision.do !== 'send') return concludeUnsent(facts, decision, asked, clockAndLogger);
  if (racesLeft === 0)
    return refused('Others answer this hook at this moment. Nothing was changed. Try again in a minute.');
  const answer = await createAnswer(asked, facts);
  const written = await recordSentAnswer(asked.target, answer, facts.recorded);
  if (written === 'refused') return answerHook(asked, clockAndLogger, racesLeft - 1);
  if (isTableUnavailable(written))
    clockAndLogger.logger.warn('The answer was not recorded', { why: written.unavailable });
  return sendAnswer(asked, answer, clockAndLogger);
}

async function concludeUnsent(
  { recorded, deployment }: HookAnswerFacts,
  decision: Exclude<SendAnswerDecision, { do: 'send' }>,
  { target }: AnswerRequest,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  if (decision.do === 'refuse') return refused(decision.sentence);
  if (recorded?.status === 'sent') await settle(recorded, target, clockAndLogger);
  clockAndLogger.logger.info('The answer was given already', { deployment: deployment?.arn });
  return succeeded(decision.sentence);
}

/**
 * Returns the answer to record before it is sent. If the same person has sent the same answer in another execution, and ECS's reply is unknown, both
 * executions share the record.
 */
async function createAnswer(
  { target, serviceDeploymentArn, hookId = '', action, by, reason, execution }: AnswerRequest,
  { now, asked, deployment, recorded }: HookAnswerFacts,
): Promise<RecordedHookAnswer> {
  if (recorded?.status === 'sent' && recorded.execution !== execution && isSameAnswerRequest(recorded, asked))
    return { ...recorded, repeated: true };
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
  answer: RecordedHookAnswer,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  const { serviceDeploymentArn, hookId, action } = answer;
  const client = await createHookAnswerClient(asked, clockAndLogger);
  try {
    await client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
  } catch (error) {
    return explainRefusal(error, asked, answer, clockAndLogger);
  }
  const now = await readHookAnswerFacts(asked, clockAndLogger).catch(() => undefined);
  if (now?.deployment !== undefined && hasHookContradictedAnswer(now.deployment, answer)) {
    await recordHookAnswerResult(asked.target, answer, 'refused');
    const decision = decideWhetherToSendAnswer({ ...now, recorded: undefined, earlier: undefined });
    return refused('sentence' in decision ? decision.sentence : 'ECS did not take this answer. Look again.');
  }
  const recorded = await settle(answer, asked.target, clockAndLogger);
  return succeeded(formatAcceptedAnswer(answer, asked.target, recorded));
}

/** If ECS has refused the answer, explains the reason from ECS's present data. Rethrows any other error, because the answer may have taken effect. */
async function explainRefusal(
  error: unknown,
  asked: AnswerRequest,
  answer: RecordedHookAnswer,
  clockAndLogger: ClockAndLogger,
): Promise<JobReport> {
  const explained = explainEcsError(
    error,
    `the answer ${answer.action} at the hook ${answer.hookId}`,
    asked.target.roleArn,
  );
  if (!(explained instanceof Failure)) throw error;
  const now = await readHookAnswerFacts(asked, clockAndLogger);
  const shared = now.recorded?.repeated ? decideWhetherToSendAnswer(now) : undefined;
  if (shared?.do === 'done') return concludeUnsent(now, shared, asked, clockAndLogger);
  await recordHookAnswerResult(asked.target, answer, 'refused');
  if (!isInvalidRequest(error)) throw explained;
  const decision = decideWhetherToSendAnswer({ ...now, recorded: undefined, earlier: undefined });
  return refused(decision.do === 'refuse' ? `${decision.sentence} ${explained.message}` : explained.message);
}

/**
 * Records that ECS has accepted the answer, also in the ledger entry of the release. Returns whether the ledger entry contains the answer. If the table does
 * not answer, logs only a warning.
 */
async function settle(
  answer: RecordedHookAnswer,
  target: AnswerRequest['target'],
  { logger }: ClockAndLogger,
): Promise<boolean> {
  const settled = await recordHookAnswerResult(target, answer, 'accepted');
  if (isTableUnavailable(settled)) logger.warn('The answer was not recorded', { why: settled.unavailable });
  const { status: _, serviceDeploymentArn: __, repeated: ___, release, ...plain } = answer;
  if (release === undefined) return false;
  // Another execution of the same person has recorded the answer already.
  return settled === 'refused' || recordAnswerOfRelease(target, release, plain);
}
