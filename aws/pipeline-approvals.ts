import {
  CodePipelineClient,
  GetPipelineCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import type { StageWithTimeouts } from '../core/board/approvals.ts';
import { Failure } from '../core/errors/failure.ts';
import { rethrowAsRequestFailure } from '../core/errors/invalid-request.ts';

const codepipeline = new CodePipelineClient();

/** An action of a pipeline that waits for a person. The token is for PutApprovalResult: show it to nobody. */
export interface WaitingApproval {
  stage: string;
  action: string;
  since?: Date | undefined;
  token: string;
  /** The pipeline execution that waits. */
  execution?: string | undefined;
}

/** Returns the stages of a pipeline's declaration. */
export async function readDeclaredStages(pipeline: string): Promise<StageWithTimeouts[]> {
  const answer = await codepipeline
    .send(new GetPipelineCommand({ name: pipeline }))
    .catch(rethrowAsRequestFailure(`reading the pipeline ${pipeline}`));
  return answer.pipeline?.stages ?? [];
}

/** The state of a pipeline: the approvals that wait for somebody, and all actions in progress. */
export interface PipelineProgress {
  waiting: WaitingApproval[];
  inProgress: { stage: string; action: string }[];
}

/** Reads the state of a pipeline with one call. Only a waiting approval has a token (CodePipeline API, ActionExecution). */
export async function readPipelineProgress(pipeline: string): Promise<PipelineProgress> {
  const { stageStates = [] } = await codepipeline
    .send(new GetPipelineStateCommand({ name: pipeline }))
    .catch(rethrowAsRequestFailure(`reading the state of the pipeline ${pipeline}`));
  const running = stageStates.flatMap(({ stageName: stage = '', actionStates = [], latestExecution }) =>
    actionStates
      .filter((one) => one.latestExecution?.status === 'InProgress')
      .map(({ actionName: action = '', latestExecution: run }) => ({
        stage,
        action,
        since: run?.lastStatusChange,
        token: run?.token,
        execution: latestExecution?.pipelineExecutionId,
      })),
  );
  return {
    waiting: running.flatMap(({ token, ...one }) => (token === undefined ? [] : { ...one, token })),
    inProgress: running.map(({ stage, action }) => ({ stage, action })),
  };
}

/** The longest summary of an approval (botocore codepipeline `ApprovalSummary`). */
const maxSummaryLength = 512;

/**
 * Errors of an approval that no longer waits: a person or the time-out was faster, or a retry of the stage replaced the approval (botocore codepipeline
 * `PutApprovalResult`, errors).
 */
const answeredErrors = ['ApprovalAlreadyCompletedException', 'InvalidApprovalTokenException'];

const rethrowIfAnswered =
  (what: string) =>
  (error: unknown): never => {
    if (!(error instanceof Error) || !answeredErrors.includes(error.name)) throw error;
    const message = `The approval ${what} does not wait any more: somebody has answered it, or its time is over. Nothing was done.`;
    throw new Failure('ConfigurationError', message, { cause: error });
  };

/**
 * Approves an action, as the person whose credentials are in the environment. Throws a ConfigurationError if the approval does not wait any more.
 */
export async function approveAction(
  pipeline: string,
  { stage, action, token }: WaitingApproval,
  summary: string,
): Promise<void> {
  const command = new PutApprovalResultCommand({
    pipelineName: pipeline,
    stageName: stage,
    actionName: action,
    token,
    result: { status: 'Approved', summary: summary.slice(0, maxSummaryLength) },
  });
  await codepipeline
    .send(command)
    .catch(rethrowIfAnswered(`${pipeline}/${stage}/${action}`))
    .catch(rethrowAsRequestFailure(`approving the action ${action} of the pipeline ${pipeline}`));
}
