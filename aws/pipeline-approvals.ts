import {
  CodePipelineClient,
  GetPipelineCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import type { StageWithTimeouts } from '../core/board/approvals.ts';
import { rethrowAsRequestFailure } from '../core/errors/invalid-request.ts';

const codepipeline = new CodePipelineClient();

/** An action of a pipeline that waits for a person. The token is for PutApprovalResult: show it to nobody. */
export interface WaitingApproval {
  stage: string;
  action: string;
  since?: Date | undefined;
  token: string;
  /** The execution of the pipeline that waits. */
  execution?: string | undefined;
}

/** Returns the stages of a pipeline's declaration. */
export async function readDeclaredStages(pipeline: string): Promise<StageWithTimeouts[]> {
  const answer = await codepipeline
    .send(new GetPipelineCommand({ name: pipeline }))
    .catch(rethrowAsRequestFailure(`reading the pipeline ${pipeline}`));
  return answer.pipeline?.stages ?? [];
}

/** Returns the approvals that wait for somebody in a pipeline: only they have a token (CodePipeline API, ActionExecution). */
export async function readWaitingApprovals(pipeline: string): Promise<WaitingApproval[]> {
  const { stageStates = [] } = await codepipeline
    .send(new GetPipelineStateCommand({ name: pipeline }))
    .catch(rethrowAsRequestFailure(`reading the state of the pipeline ${pipeline}`));
  return stageStates.flatMap(({ stageName: stage = '', actionStates = [], latestExecution }) =>
    actionStates.flatMap(({ actionName: action = '', latestExecution: run }) =>
      run?.token === undefined || run.status !== 'InProgress'
        ? []
        : {
            stage,
            action,
            since: run.lastStatusChange,
            token: run.token,
            execution: latestExecution?.pipelineExecutionId,
          },
    ),
  );
}

/** The longest summary of an approval (botocore codepipeline `ApprovalSummary`). */
const maxSummaryLength = 512;

/** Approves an action, as the person whose credentials are in the environment. */
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
    .catch(rethrowAsRequestFailure(`approving the action ${action} of the pipeline ${pipeline}`));
}
