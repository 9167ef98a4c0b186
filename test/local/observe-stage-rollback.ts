import {
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  RollbackStageCommand,
} from '@aws-sdk/client-codepipeline';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { approvalAction, readActionState, startPipeline, startPipelines } from './pipeline.ts';

export const approvals = [
  ['First', 'One'],
  ['Second', 'Two'],
] as const;

/** Two stages with one approval each, so that a test decides when a stage ends. */
export const approvalStages = approvals.map(([name, action]) => ({
  name,
  actions: [{ ...approvalAction, name: action }],
}));

/** Starts CodePipeline, with what a test needs to run pipelines of these stages and to roll back a stage. */
export async function startRollbacks(...services: Parameters<typeof startPipelines>) {
  const { aws, client, create, ended } = await startPipelines(...services);
  async function approve(pipelineName: string, [stageName, actionName]: readonly [string, string]) {
    const readToken = async () => (await readActionState(client, pipelineName, actionName))?.token;
    await aws.clock.advanceUntil(async () => (await readToken()) !== undefined);
    const result = { status: 'Approved' as const, summary: 'fine' };
    const token = (await readToken())!;
    await client.send(new PutApprovalResultCommand({ pipelineName, stageName, actionName, token, result }));
  }
  /** Runs an execution through both stages; returns its id. */
  async function release(name: string): Promise<string> {
    const id = await startPipeline(client, name);
    for (const approval of approvals) await approve(name, approval);
    await ended(name, id, 'SUCCEEDED');
    return id;
  }
  const rollBack = async (pipelineName: string, stageName: string, targetPipelineExecutionId: string) =>
    (await client.send(new RollbackStageCommand({ pipelineName, stageName, targetPipelineExecutionId })))
      .pipelineExecutionId!;
  return { aws, client, create, ended, approve, release, rollBack };
}

/** Returns the actions that the rollback of the first stage runs. */
export async function observeStageRollback(answer: string) {
  const { aws, client, create, ended, approve, release, rollBack } = await startRollbacks();
  aws.cloud.answers = selectAnswers({ id: 'stage-rollback-end', answer });
  await create('rolled', approvalStages);
  const id = await rollBack('rolled', 'First', await release('rolled'));
  await approve('rolled', approvals[0]);
  if (answer === 'pipeline') await approve('rolled', approvals[1]);
  await ended('rolled', id, 'SUCCEEDED');
  const command = new ListActionExecutionsCommand({ pipelineName: 'rolled', filter: { pipelineExecutionId: id } });
  return (await client.send(command)).actionExecutionDetails!.map(({ actionName }) => actionName).toReversed();
}
