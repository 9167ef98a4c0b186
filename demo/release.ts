import { z } from 'zod';
import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { actAs } from '../local/run/accounts.ts';
import type { Looks, ServiceLook } from './look.ts';
import type { Stage } from './stage.ts';

/** What became of one commit. */
export interface Release {
  commit: string;
  pipeline: { executionId: string; status: string; actions: Action[] };
  execution: Execution;
  service: Service;
  /** The same release in the targets behind an approval. */
  promotions: { execution: Execution; service: Service }[];
}

export interface Action {
  stage: string;
  action: string;
  status: string;
  summary: string;
}

export type Execution = Omit<Awaited<ReturnType<Looks['execution']>>, 'tasks'>;

export type Service = Omit<ServiceLook, 'taskDefinition' | 'steady'> & { before: string; after: string };

const started = z.object({ pipelineExecutionId: z.string() });

/** Sends what the source folder holds through the pipeline, up to its end, and tells what became of it. */
export async function release(stage: Stage): Promise<Release> {
  const { running, looks, targets } = stage;
  const { cloud, system } = running;
  const before = await Promise.all(targets.map(({ target, service }) => looks.service(target, service)));
  const build = actAs(cloud, system.account, system.region);
  const { pipelineExecutionId } = started.parse(
    await build('codepipeline', 'StartPipelineExecution', { name: system.pipeline.name }),
  );
  await stage.untilEnded(pipelineExecutionId);
  const found = await looks.actions(pipelineExecutionId);
  const deployed: { execution: Execution; service: Service }[] = [];
  for (const [index, { target, service }] of targets.entries()) {
    const action = found.find(({ stageName, actionName }) => isDeployOf(target, service, { stageName, actionName }));
    const arn = action?.output.executionResult.externalExecutionId;
    if (arn === undefined) continue;
    const { taskDefinition: after, steady: _, ...now } = await looks.service(target, service);
    const was = before[index]?.taskDefinition ?? '';
    const { tasks: _tasks, ...execution } = await looks.execution(arn);
    deployed.push({ execution, service: { ...now, before: was, after } });
  }
  const [first, ...promotions] = deployed;
  if (first === undefined) throw new Error(`The release never came to a deployment: ${JSON.stringify(found)}`);
  const { status, commit } = await looks.pipeline(pipelineExecutionId);
  return {
    commit,
    pipeline: { executionId: pipelineExecutionId, status, actions: found.map(actionOf) },
    ...first,
    promotions,
  };
}

const isDeployOf = (target: TargetConfig, service: ServiceConfig, at: { stageName: string; actionName: string }) =>
  at.stageName === `Deploy-${target.name}` && at.actionName === `Deploy-${service.name}`;

const actionOf = ({
  stageName,
  actionName,
  status,
  output,
}: Awaited<ReturnType<Looks['actions']>>[number]): Action => ({
  stage: stageName,
  action: actionName,
  status,
  summary: output.executionResult.externalExecutionSummary ?? output.executionResult.errorDetails?.message ?? '',
});
