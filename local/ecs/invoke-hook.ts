import { z } from 'zod';
import { canAssumeServiceRole } from '../assume-service-role.ts';
import type { LifecycleHook } from './deployment-input.ts';
import type { HookExecution } from './native-rollout.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';

/** An execution of a hook that invokes a function. `details`: what the function gets as hookDetails. */
export interface HookInvocation {
  deployment: EcsServiceDeployment;
  hook: LifecycleHook;
  execution: HookExecution;
  details?: Record<string, unknown> | undefined;
  finish: (status: 'SUCCEEDED' | 'FAILED') => void;
}

/** What a hook's function returns (lambda-lifecycle-hooks in the ECS guide). `callBackDelay` is in seconds. */
const answerSchema = z.looseObject({
  hookStatus: z.enum(['SUCCEEDED', 'FAILED', 'IN_PROGRESS']),
  callBackDelay: z.number().min(0).default(30),
  hookDetails: z.record(z.string(), z.unknown()).optional(),
});

const invocationSchema = z.looseObject({ FunctionError: z.string().optional(), Payload: z.instanceof(Uint8Array) });

const weightsAt = (stage: string, when: string, weights: Map<string, number> | undefined): Record<string, number> =>
  stage.includes(when) && weights !== undefined ? Object.fromEntries(weights) : {};

/** Returns the event of a hook's function. The event contains the weights of a kind of traffic only at the stages that shift this traffic. */
const hookEvent = ({ deployment, hook, execution: { id, stage }, details = hook.hookDetails }: HookInvocation) => ({
  executionId: id,
  lifecycleStage: stage,
  resourceArn: deployment.arn,
  executionDetails: {
    serviceArn: deployment.service.arn,
    targetServiceRevisionArn: deployment.target.arn,
    testTrafficWeights: stage === 'TEST_TRAFFIC_SHIFT' ? weightsAt(stage, 'TEST', deployment.native?.test) : {},
    productionTrafficWeights: stage.startsWith('POST')
      ? {}
      : weightsAt(stage, 'PRODUCTION', deployment.native?.production),
  },
  ...(details === undefined ? {} : { hookDetails: details }),
});

async function callFunction(ecs: Ecs, invocation: HookInvocation): Promise<z.infer<typeof answerSchema>> {
  const { deployment, hook, execution } = invocation;
  const { account, region } = deployment.service.cluster;
  const { roleArn = '', hookTargetArn: FunctionName } = hook;
  const role = { roleArn, service: 'ecs.amazonaws.com', account, region, sendsSourceAccount: false };
  if (!(await canAssumeServiceRole(ecs.cloud, role))) throw new Error(`ECS cannot assume ${roleArn}`);
  const caller = ecs.cloud.iam.session(roleArn, execution.id.slice(0, 64));
  const Payload = Buffer.from(JSON.stringify(hookEvent(invocation)));
  const answer = await ecs.cloud.invoke('lambda', 'Invoke', { FunctionName, Payload }, { caller, region });
  const { FunctionError, Payload: result } = invocationSchema.parse(answer);
  if (FunctionError !== undefined) throw new Error(FunctionError);
  return answerSchema.parse(JSON.parse(Buffer.from(result).toString()));
}

/**
 * Invokes a hook's function. While the function returns IN_PROGRESS, invokes it again after its delay. A function that fails or returns no valid status fails
 * the hook.
 */
export async function invokeHook(ecs: Ecs, invocation: HookInvocation): Promise<void> {
  const { execution, finish } = invocation;
  const answer = await callFunction(ecs, invocation).catch(() => undefined);
  if (execution.status !== 'IN_PROGRESS') return;
  if (answer?.hookStatus !== 'IN_PROGRESS') {
    finish(answer?.hookStatus ?? 'FAILED');
    return;
  }
  const details = { ...invocation.hook.hookDetails, ...invocation.details, ...answer.hookDetails };
  ecs.cloud.clock.after(answer.callBackDelay * 1000, () => {
    if (execution.status === 'IN_PROGRESS')
      void ecs.cloud.clock.freezeDuring(invokeHook(ecs, { ...invocation, details }));
  });
}
