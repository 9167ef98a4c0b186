import { z } from 'zod';
import { actAsAdministrator } from '../local/run/accounts.ts';
import { getPlayedPipeline } from '../local/run/first-pipeline.ts';
import type { TargetService } from '../local/run/target-services.ts';
import type { CloudReader } from './cloud-reader.ts';
import { isDeployAction } from './deploy-action.ts';
import type { ServiceView } from './service-view.ts';
import type { DemoSystem } from './system.ts';

/** The result of releasing one commit. */
export interface DemoRelease {
  commit: string;
  pipeline: { executionId: string; status: string; actions: ActionResult[] };
  execution: ExecutionResult;
  service: ServiceResult;
  /** The results of the same release in the targets that need an approval. */
  promotions: DeployedService[];
  /** The stage whose approval was rejected. */
  rejected?: string;
  /** The targets that the release did not reach, with the ARNs of their revisions before the release and after it. */
  unchanged: { name: string; before: string; revision: string }[];
}

interface DeployedService {
  execution: ExecutionResult;
  service: ServiceResult;
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
  const before = await readRevisions(demo);
  const build = actAsAdministrator(cloud, system.account, system.region);
  const { pipelineExecutionId: executionId } = startResultSchema.parse(
    await build('codepipeline', 'StartPipelineExecution', { name: getPlayedPipeline(running).pipeline.name }),
  );
  const rejected = await demo.untilEnded(executionId);
  const found = await reader.actions(executionId);
  const results = await Promise.all(targets.map((target, at) => readResult(reader, target, found, before[at] ?? '')));
  const [first, ...promotions] = results.filter((result) => 'execution' in result);
  if (first === undefined) throw new Error(`The release did not start a deployment: ${JSON.stringify(found)}`);
  const { status, commit } = await reader.pipeline(executionId);
  return {
    commit,
    pipeline: { executionId, status, actions: found.map(toActionResult) },
    ...first,
    promotions,
    ...(rejected !== undefined && { rejected }),
    unchanged: results.filter((result) => 'revision' in result),
  };
}

const readRevisions = ({ reader, targets }: DemoSystem): Promise<string[]> =>
  Promise.all(targets.map(async ({ target, service }) => (await reader.service(target, service)).taskDefinition));

/** The effect of the release in one target. */
async function readResult(
  reader: CloudReader,
  { target, service }: TargetService,
  actions: Awaited<ReturnType<CloudReader['actions']>>,
  before: string,
): Promise<DeployedService | DemoRelease['unchanged'][number]> {
  const action = actions.find((one) => isDeployAction({ target, service }, one));
  const { taskDefinition: after, steady: _, ...now } = await reader.service(target, service);
  const arn = action?.output.executionResult.externalExecutionId;
  if (arn === undefined) return { name: `${target.name}/${service.name}`, before, revision: after };
  const { tasks: _tasks, ...execution } = await reader.execution(arn);
  return { execution, service: { ...now, before, after } };
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
