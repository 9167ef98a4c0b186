import { services } from './config.ts';
import type { PlanRun } from './run-plan.ts';
import type { RecordedCall } from './setup.ts';

/** The revisions of which a deployment became SUCCESSFUL, by ECS's own history. */
async function readWorkingRevisions({ stage }: PlanRun, index: number): Promise<string[]> {
  const { account, cluster, name } = services[index]!;
  const admin = stage.admin(account);
  const listed = await admin('ecs', 'ListServiceDeployments', { cluster, service: name, status: ['SUCCESSFUL'] });
  const { serviceDeployments } = listed as { serviceDeployments: { targetServiceRevisionArn: string }[] };
  const found = serviceDeployments.map(async ({ targetServiceRevisionArn }) => {
    const answer = await admin('ecs', 'DescribeServiceRevisions', { serviceRevisionArns: [targetServiceRevisionArn] });
    return (answer as { serviceRevisions: { taskDefinition: string }[] }).serviceRevisions[0]!.taskDefinition;
  });
  return Promise.all(found);
}

/** What explains that a service ends on a revision that never worked. */
const isExplained = ({ plan, others }: PlanRun, index: number): boolean =>
  (others.foreign.get(index) ?? []).length > 0 ||
  plan.deployments.some(({ service, rollBack }, at) => service === index && (!rollBack || others.stopped.has(at)));

/**
 * A service ends on a known-good revision (it began on one), unless RollBackOnFailure is false, somebody else deployed, or somebody stopped an
 * execution.
 */
export async function knownGood(run: PlanRun): Promise<string[]> {
  if (run.hung !== undefined) return [];
  const problems = run.after.map(async ({ taskDefinition }, index) => {
    if (isExplained(run, index)) return [];
    const working = await readWorkingRevisions(run, index);
    // If no revision ever worked, there is nothing to roll back to.
    return working.length === 0 || working.includes(taskDefinition)
      ? []
      : [`${services[index]!.target} ends on ${taskDefinition}, which never worked; these did: ${working}`];
  });
  return (await Promise.all(problems)).flat();
}

const changes = ['UpdateService', 'StopServiceDeployment', 'RegisterTaskDefinition'];

const isChangeFor = (words: string) => (effect: RecordedCall) =>
  changes.includes(effect.operation) && effect.by?.payload.includes(words) === true;

/** No alarm that neither the configuration nor a service names changes a service, and no event changes a deployment of somebody else. */
export function unasked({ effects, others }: PlanRun): string[] {
  const byAlarm = effects.filter(isChangeFor('CloudWatch Alarm State Change'));
  const foreign = [...others.foreign.values()].flat();
  const ofForeign = effects
    .filter(isChangeFor('SERVICE_DEPLOYMENT_FAILED'))
    .filter(({ before }) => foreign.includes(before?.taskDefinition ?? ''));
  return [
    ...byAlarm.map(({ operation }) => `an alarm that nobody configured led to ${operation}`),
    ...ofForeign.map(({ operation }) => `the event of somebody else's deployment led to ${operation}`),
  ];
}
