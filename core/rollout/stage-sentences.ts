import type { LifecycleHook, StageProgress } from '../model/stage-progress.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { formatTime } from '../parsing/time-text.ts';
import type { RolloutObservation, ServiceDeployment } from './observation.ts';
import { isDeploymentInProgressOrSuccessful } from './track-stages.ts';

const formatPercent = (percent: number): string => `${Math.round(percent * 10) / 10} %`;

const inStage = ({ stage }: StageProgress): string => (stage === undefined ? '' : ` in the stage ${stage}`);

/** Says what ECS does if nobody continues a hook in time. */
export const formatTimeoutAction = ({ timeoutAction }: LifecycleHook): string =>
  timeoutAction === 'CONTINUE' ? 'continues the deployment' : 'rolls the deployment back';

/** Says for whom a hook waits, until when, and what happens at that time. */
export function formatWaitingHook(hook: LifecycleHook, progress?: StageProgress): string {
  const what = hook.waitsFor === 'person' ? 'waits for somebody to continue it' : 'waits for its function';
  const where = progress === undefined ? '' : inStage(progress);
  const until =
    hook.expiresAt === undefined ? '' : `; at ${formatTime(hook.expiresAt)}, ECS ${formatTimeoutAction(hook)}`;
  const command = hook.command === undefined ? '' : `; to continue it: ${hook.command}`;
  return `the lifecycle hook ${hook.id} ${what}${where}${until}${command}`;
}

/** Returns the claimed name of the person who answered a hook; `somebody` if the person did not use Gantry. */
const formatWho = ({ answer }: LifecycleHook, somebody = 'somebody'): string => answer?.by ?? somebody;

/** Shortens a person's reason, so that the message has room for other facts. */
const formatWhy = ({ answer }: LifecycleHook): string =>
  answer?.reason === undefined ? '' : ` (${shortenMiddle(answer.reason, 200)})`;

const formatFailedHook = (hook: LifecycleHook): string => {
  if (hook.status === 'TIMED_OUT')
    return hook.waitsFor === 'person'
      ? `nobody continued the lifecycle hook ${hook.id} in time`
      : `the function of the lifecycle hook ${hook.id} did not finish in time`;
  return hook.waitsFor === 'person'
    ? `${formatWho(hook)} rolled it back at the lifecycle hook ${hook.id}${formatWhy(hook)}`
    : `the function of the lifecycle hook ${hook.id} failed`;
};

/**
 * Says which hooks made ECS roll back; undefined if no hook did. ECS can show a hook as failed before the deployment's status shows the rollback. The status
 * decides.
 */
export const describeFailedHooks = ({ serviceDeployment, progress }: RolloutObservation): string | undefined => {
  const failed = progress?.failed ?? [];
  if (serviceDeployment === undefined || isDeploymentInProgressOrSuccessful(serviceDeployment) || failed.length === 0)
    return undefined;
  return failed.map(formatFailedHook).join(', and ');
};

/** A sentence that says how much of the traffic had reached the new revision, and in which stage; empty for a rolling update. */
export const formatReachedTraffic = (progress: StageProgress | undefined): string =>
  progress?.stage === undefined
    ? ''
    : ` It came to the stage ${progress.stage}, with at most ${formatPercent(progress.reached)} of the production traffic on the new revision.`;

const formatContinuedHook = (hook: LifecycleHook): string =>
  hook.status === 'TIMED_OUT'
    ? `Nobody continued the lifecycle hook ${hook.id}: ECS continued the deployment at its time-out.`
    : `${formatWho(hook, 'Somebody')} continued the lifecycle hook ${hook.id}${formatWhy(hook)}.`;

/** Returns the sentences about hooks at which a person continued the deployment; undefined if there are none. */
export const describeContinuedHooks = (progress: StageProgress | undefined): string[] | undefined =>
  progress === undefined || progress.continued.length === 0 ? undefined : progress.continued.map(formatContinuedHook);

/** Describes the progress of a deployment, as parts of a sentence: stage, traffic, steps, bake time. */
export function describeStage(progress: StageProgress): string[] {
  const { stage, production, stepsDone, stepsLeft, bakesUntil } = progress;
  const steps = stepsDone + stepsLeft > 1 ? ` (step ${stepsDone} of ${stepsDone + stepsLeft})` : '';
  const traffic =
    production === undefined ? [] : [`the new revision gets ${formatPercent(production)} of the traffic${steps}`];
  return [
    ...(stage === undefined ? [] : [`it is in the stage ${stage}`]),
    ...traffic,
    ...(bakesUntil === undefined ? [] : [`this bakes until ${formatTime(bakesUntil)} at the latest`]),
  ];
}

/** Says how the traffic of a stopped deployment is divided between the revisions; empty if one revision gets all traffic. */
export const formatSplitTraffic = ({
  production = 0,
  oldProduction = 0,
}: Pick<ServiceDeployment, 'production' | 'oldProduction'>): string =>
  production > 0 && oldProduction > 0
    ? ` Both revisions get traffic until somebody deploys: the new one ${production} %, the old one ${oldProduction} %.`
    : '';
