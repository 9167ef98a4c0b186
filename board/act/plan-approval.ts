import { readPipelineFacts } from '../../aws/codepipeline.ts';
import { approveAction, readDeclaredStages, readPipelineProgress } from '../../aws/pipeline-approvals.ts';
import { formatApprovalCommand, idOfApproval } from '../../core/board/actions.ts';
import { listPendingApprovals } from '../../core/board/approvals.ts';
import type { NamedTarget } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import { escapeLines } from '../../core/parsing/escape-texts.ts';
import type { ActContext, ActionPlan, ApproveEffect } from './plan.ts';

const notWaiting = (choice: string): Failure =>
  new Failure(
    'ConfigurationError',
    `The approval ${choice} does not wait any more: somebody has answered it, or its time is over.`,
  );

/**
 * Plans an approval (`PIPELINE/STAGE/ACTION`). An approval is possible only if CodePipeline itself reports that the action waits, and if the action waits for
 * this service.
 */
export async function planApproval(
  target: NamedTarget,
  choice: string | undefined,
  context: ActContext,
): Promise<ActionPlan> {
  const [name = '', stage = '', action = ''] = choice?.split('/') ?? [];
  const { config } = context;
  if (choice === undefined || action === '') throw notWaiting(String(choice));
  const [stages, { waiting }] = await Promise.all([readDeclaredStages(name), readPipelineProgress(name)]);
  const found = waiting.find((one) => one.stage === stage && one.action === action);
  const pipeline = { name, stages, waiting, readAt: context.now().toISOString() };
  const pending = listPendingApprovals(pipeline, config, context.stage)
    .filter((one) => one.target === target.name)
    .map(({ approval }) => approval)
    .find((one) => idOfApproval(one) === choice);
  if (found === undefined || pending === undefined) throw notWaiting(choice);
  const facts = found.execution === undefined ? undefined : await readPipelineFacts(name, found.execution);
  const commit = facts?.commit;
  const what = commit === undefined ? [] : [`The release: commit ${commit.id} ${commit.summary ?? ''}`.trim()];
  return {
    lines: [
      ...what,
      `To do: Approve the action ${action} in the stage ${stage} of the pipeline ${name}. The release then goes on to ${target.name}.`,
    ].map(escapeLines),
    command: formatApprovalCommand(pending, config.build.region),
    basis: [found.token, found.execution],
    effect: { do: 'approve', pipeline: name, stage, action, token: found.token },
  };
}

/** Approves with the credentials of the user. The summary in CodePipeline says why, and CodePipeline itself records the user. */
export const approve = ({ pipeline, stage, action, token }: ApproveEffect, reason: string | undefined): Promise<void> =>
  approveAction(pipeline, { stage, action, token }, reason ?? 'Approved on the delivery board of Gantry');
