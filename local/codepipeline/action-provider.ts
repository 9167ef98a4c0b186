import { z } from 'zod';
import type { Caller } from '../../policy-evaluator/caller.ts';
import { canAssumeServiceRole } from '../assume-service-role.ts';
import { type ActionCaller, ActionFailure, type ActionOutcome } from './execution.ts';
import type { ActionContext } from './state.ts';

/** Performs the action and resolves with its outcome; rejects with an ActionFailure if the action fails. */
export type ActionProvider = (context: ActionContext) => Promise<ActionOutcome>;

/** Returns a session of the pipeline's role; CodePipeline names its sessions by a number. */
export const pipelineSession = ({
  codePipeline,
  execution,
}: Pick<ActionContext, 'codePipeline' | 'execution'>): Caller =>
  codePipeline.cloud.iam.session(execution.declaration.roleArn, String(Math.trunc(codePipeline.cloud.clock.now())));

const assumeRoleOutputSchema = z.looseObject({
  Credentials: z.looseObject({ AccessKeyId: z.string(), SessionToken: z.string() }),
});

/** Returns the caller for an action: the pipeline's role, or the action's own role, which the pipeline's role assumes. */
export async function assumeActionRole(context: ActionContext): Promise<ActionCaller> {
  const { cloud, region } = context.codePipeline;
  const caller = pipelineSession(context);
  const { roleArn } = context.run.action;
  if (roleArn === undefined) return { caller, region };
  const input = { RoleArn: roleArn, RoleSessionName: String(Math.trunc(cloud.clock.now())) };
  const answer = await cloud.invoke('sts', 'AssumeRole', input, { caller, region }).catch((error: unknown) => {
    throw new ActionFailure('PermissionError', error instanceof Error ? error.message : String(error));
  });
  const { AccessKeyId, SessionToken } = assumeRoleOutputSchema.parse(answer).Credentials;
  const session = cloud.iam.findCredentials(AccessKeyId, SessionToken)?.caller;
  if (session === undefined) throw new ActionFailure('PermissionError', `The role ${roleArn} gave no session.`);
  return { caller: session, region };
}

/** CodePipeline assumes the pipeline's role for each action. The message is CodePipeline's own (user guide, troubleshooting). */
export async function checkPipelineRole({
  codePipeline,
  execution,
}: ActionContext): Promise<ActionFailure | undefined> {
  const { cloud, account, region } = codePipeline;
  const { roleArn } = execution.declaration;
  const sendsSourceAccount = cloud.answers['pipeline-source-account'] === 'sent';
  const role = { roleArn, service: 'codepipeline.amazonaws.com', account, region, sendsSourceAccount };
  if (await canAssumeServiceRole(cloud, role)) return undefined;
  const message = `AWS CodePipeline is not authorized to perform AssumeRole on role ${roleArn}`;
  return new ActionFailure('PermissionError', message);
}
