import { z } from 'zod';
import type { ServiceConfig, TargetConfig } from '../core/config/check.ts';
import { actAsAdministrator } from '../local/run/accounts.ts';
import type { CloudReader, ServiceView } from './cloud-reader.ts';
import type { DemoSystem } from './system.ts';

/** What became of one commit. */
export interface DemoRelease {
  commit: string;
  pipeline: { executionId: string; status: string; actions: ActionResult[] };
  execution: ExecutionResult;
  service: ServiceResult;
  /** The same release in the targets behind an approval. */
  promotions: { execution: ExecutionResult; service: ServiceResult }[];
}

export interface ActionResult {
  stage: string;
  action: string;
  status: string;
  summary: string;
}

export type ExecutionResult = Omit<Awaited<ReturnType<CloudReader['execution']>>, 'tasks'>;

export type ServiceResult = Omit<ServiceView, 'taskDefinition' | 'steady'> & { before: string; after: string };

const startResultSchema = z.object({ pipelineExecutionId: z.string() });

/** Sends what the source folder holds through the pipeline, up to its end, and tells what became of it. */
export async function runRelease(stage: DemoSystem): Promise<DemoRelease> {
  const { running, looks, targets } = stage;
  const { cloud, system } = running;
  const before = await Promise.all(targets.map(({ target, service }) => looks.service(target, service)));
  const build = actAsAdministrator(cloud, system.account, system.region);
  const { pipelineExecutionId } = startResultSchema.parse(
    await build('codepipeline', 'StartPipelineExecution', { name: system.pipeline.name }),
  );
  await stage.untilEnded(pipelineExecutionId);
  const found = await looks.actions(pipelineExecutionId);
  const deployed: { execution: ExecutionResult; service: ServiceResult }[] = [];
  for (const [index, { target, service }] of targets.entries()) {
    const action = found.find(({ stageName, actionName }) =>
      isDeployAction(target, service, { stageName, actionName }),
    );
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
    pipeline: { executionId: pipelineExecutionId, status, actions: found.map(toActionResult) },
    ...first,
    promotions,
  };
}

const isDeployAction = (target: TargetConfig, service: ServiceConfig, at: { stageName: string; actionName: string }) =>
  at.stageName === `Deploy-${target.name}` && at.actionName === `Deploy-${service.name}`;

const toActionResult = ({
  stageName,
  actionName,
  status,
  output,
}: Awaited<ReturnType<CloudReader['actions']>>[number]): ActionResult => ({
  stage: stageName,
  action: actionName,
  status,
  summary: output.executionResult.externalExecutionSummary ?? output.executionResult.errorDetails?.message ?? '',
});
