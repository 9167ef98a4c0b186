import { z } from 'zod';
import { type Administrator, actAsAdministrator } from '../local/run/accounts.ts';
import type { RunningSystem } from '../local/run/start.ts';
import type { TargetService } from '../local/run/target-services.ts';
import type { ProgressLine } from './progress-line.ts';

const revisionSchema = z.object({ arn: z.string(), requestedProductionTrafficWeight: z.number().optional() });

const deploymentSchema = z.object({
  serviceDeploymentArn: z.string(),
  status: z.string(),
  lifecycleStage: z.string().optional(),
  targetServiceRevision: revisionSchema.optional(),
});

type ShiftingDeployment = z.infer<typeof deploymentSchema>;

const listSchema = z.object({ serviceDeployments: z.array(z.object({ serviceDeploymentArn: z.string() })) });
const describedSchema = z.object({ serviceDeployments: z.array(deploymentSchema) });

/** Returns the deployment of a service that is in progress or is being rolled back; undefined if there is none. */
async function readDeployment(
  admin: Administrator,
  { target, service }: TargetService,
): Promise<ShiftingDeployment | undefined> {
  const status = ['IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];
  const request = { cluster: target.cluster, service: service.name, status };
  const [newest] = listSchema.parse(await admin('ecs', 'ListServiceDeployments', request)).serviceDeployments;
  if (newest === undefined) return undefined;
  const serviceDeploymentArns = [newest.serviceDeploymentArn];
  const described = await admin('ecs', 'DescribeServiceDeployments', { serviceDeploymentArns });
  return describedSchema.parse(described).serviceDeployments[0];
}

const barWidth = 20;

/** `██░░░░░░░░░░░░░░░░░░`: the full part is the share of the new revision, and the empty part is the share of the old one. */
function formatTrafficBar(percent: number): string {
  const cells = Math.round((percent / 100) * barWidth);
  return '█'.repeat(cells) + '░'.repeat(barWidth - cells);
}

/** Describes where the traffic of a deployment goes. Undefined if the deployment shows no weights, or in a stage between two others. */
export function describeTraffic(name: string, deployment: ShiftingDeployment): string | undefined {
  const { status, lifecycleStage: stage, targetServiceRevision } = deployment;
  const percent = targetServiceRevision?.requestedProductionTrafficWeight;
  if (percent === undefined || stage === undefined || /^(PRE|POST)_|^TEST_/.test(stage)) return undefined;
  const where = status === 'IN_PROGRESS' ? stage : 'ECS rolls back';
  return `${name} ${formatTrafficBar(percent)} ${percent} % of the traffic to the new revision, ${where}`;
}

/** Returns a function that shows each change of the services' traffic since its last call. */
export function createTrafficReporter(
  { cloud }: RunningSystem,
  targets: TargetService[],
  show: (line: ProgressLine) => void,
): () => Promise<void> {
  const shown = new Map<TargetService, string>();
  return async () => {
    for (const one of targets) {
      const { account, region, name } = one.target;
      const deployment = await readDeployment(actAsAdministrator(cloud, account, region), one);
      const what = deployment && describeTraffic(`${name}/${one.service.name}`, deployment);
      if (what === undefined || shown.get(one) === what) continue;
      shown.set(one, what);
      show({ who: account, what, colour: deployment?.status === 'IN_PROGRESS' ? 'cyan' : 'red' });
    }
  };
}
