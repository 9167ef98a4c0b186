import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import type { ActionProvider } from './action-provider.ts';
import { resourceNameSchema } from './declaration.ts';
import type { ActionExecution, ActionOutcome } from './execution.ts';
import { type CodePipeline, codePipelineArn, getPipeline, type Pipeline, toSeconds } from './state.ts';

/** The default time-out of seven days (docs.aws.amazon.com/codepipeline/latest/userguide/limits.html). */
const approvalMinutes = 7 * 24 * 60;

/** The manual approval: waits for PutApprovalResult with the token that GetPipelineState returns. Sends no notifications. */
export const manualApprovalProvider: ActionProvider = ({ run, codePipeline }) =>
  new Promise<ActionOutcome>((resolve) => {
    run.token = codePipeline.cloud.uuid();
    run.resolveApproval = resolve;
    codePipeline.cloud.clock.after((run.action.timeoutInMinutes ?? approvalMinutes) * 60_000, () =>
      resolve({
        status: 'Failed',
        errorDetails: { code: 'JobFailed', message: 'The approval timed out: nobody approved or rejected it in time.' },
      }),
    );
  });

const putApprovalResultSchema = z.strictObject({
  pipelineName: resourceNameSchema,
  stageName: resourceNameSchema,
  actionName: resourceNameSchema,
  result: z.strictObject({ summary: z.string().max(512), status: z.enum(['Approved', 'Rejected']) }),
  token: z.string(),
});

type PutApprovalResultInput = z.infer<typeof putApprovalResultSchema>;

/** Finds the newest execution of the approval action in the input. Throws StageNotFoundException or ActionNotFoundException. */
function findApprovalExecution(pipeline: Pipeline, input: PutApprovalResultInput): ActionExecution | undefined {
  const stage = pipeline.declaration.stages.find(({ name }) => name === input.stageName);
  if (stage === undefined)
    throw new AwsError('StageNotFoundException', `Pipeline '${input.pipelineName}' has no stage '${input.stageName}'`);
  const action = stage.actions.find(({ name }) => name === input.actionName);
  if (action?.actionTypeId.category !== 'Approval')
    throw new AwsError('ActionNotFoundException', `Stage '${stage.name}' has no approval action '${input.actionName}'`);
  const runs = pipeline.executions.flatMap(({ actions }) => actions);
  const candidates = runs.filter((run) => run.stage === stage.name && run.action.name === action.name);
  return candidates.find((run) => run.token === input.token) ?? candidates.at(-1);
}

async function putApprovalResult(codePipeline: CodePipeline, input: PutApprovalResultInput, call: Call) {
  const { pipelineName, stageName, actionName, result } = input;
  await call.allow(
    'codepipeline:PutApprovalResult',
    codePipelineArn(codePipeline, `${pipelineName}/${stageName}/${actionName}`),
  );
  const run = findApprovalExecution(getPipeline(codePipeline, pipelineName), input);
  if (run?.token !== input.token) throw new AwsError('InvalidApprovalTokenException', 'Invalid approval token');
  if (run.status !== 'InProgress')
    throw new AwsError(
      'ApprovalAlreadyCompletedException',
      'The approval action has already been approved or rejected.',
    );
  run.resolveApproval?.({
    status: result.status === 'Approved' ? 'Succeeded' : 'Failed',
    summary: result.summary || undefined,
    lastUpdatedBy: call.caller.arn,
    ...(result.status === 'Approved'
      ? {}
      : { errorDetails: { code: 'JobFailed', message: `Rejected by ${call.caller.arn}: ${result.summary}` } }),
  });
  return { approvedAt: toSeconds(codePipeline.cloud.clock.now()) };
}

/** PutApprovalResult. */
export const approvalOperations = (worldFor: (call: Call) => CodePipeline) => ({
  PutApprovalResult: defineOperation(putApprovalResultSchema, (input, call) =>
    putApprovalResult(worldFor(call), input, call),
  ),
});
