import { z } from 'zod';
import { actAsAdministrator } from '../local/run/accounts.ts';
import { getPlayedPipeline } from '../local/run/first-pipeline.ts';
import type { CloudReader, ServiceView } from './cloud-reader.ts';
import { isDeployAction } from './deploy-action.ts';
import type { DemoSystem } from './system.ts';

/** The result of releasing one commit. */
export interface DemoRelease {
  commit: string;
  pipeline: { executionId: string; status: string; actions: ActionResult[] };
  execution: ExecutionResult;
  service: ServiceResult;
  /** The results of the same release in the targets that need an approval. */
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

/** Runs the pipeline on the content of the source folder to its end and returns the result. */
export async function runRelease(demo: DemoSystem): Promise<DemoRelease> {
  const { running, reader, targets } = demo;
  const { cloud, system } = running;
  const before = await Promise.all(targets.map(({ target, service }) => reader.service(target, service)));
  const build = actAsAdministrator(cloud, system.account, system.region);
  const { pipelineExecutionId } = startResultSchema.parse(
    await build('codepipeline', 'StartPipelineExecution', { name: getPlayedPipeline(running).pipeline.name }),
  );
  await demo.untilEnded(pipelineExecutionId);
  const found = await reader.actions(pipelineExecutionId);
  const deployed: { execution: ExecutionResult; service: ServiceResult }[] = [];
  for (const [index, { target, service }] of targets.entries()) {
    const action = found.find(({ stageName, actionName }) =>
      isDeployAction({ target, service }, { stageName, actionName }),
    );
    const arn = action?.output.executionResult.externalExecutionId;
    if (arn === undefined) continue;
    const { taskDefinition: after, steady: _, ...now } = await reader.service(target, service);
    const was = before[index]?.taskDefinition ?? '';
    const { tasks: _tasks, ...execution } = await reader.execution(arn);
    deployed.push({ execution, service: { ...now, before: was, after } });
  }
  const [first, ...promotions] = deployed;
  if (first === undefined) throw new Error(`The release did not start a deployment: ${JSON.stringify(found)}`);
  const { status, commit } = await reader.pipeline(pipelineExecutionId);
  return {
    commit,
    pipeline: { executionId: pipelineExecutionId, status, actions: found.map(toActionResult) },
    ...first,
    promotions,
  };
}

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
