import { now } from './arns.ts';
import { startHooks } from './lifecycle-hooks.ts';
import { type LifecycleStage, type NativeRollout, nextStage, stepBakeMs } from './native-rollout.ts';
import { isLive, startTasks, stopTasks } from './scale-tasks.ts';
import { deploymentTasks } from './service-view.ts';
import type { Ecs, EcsDeployment, EcsService } from './state.ts';
import { wakeScheduler } from './wake-scheduler.ts';

/** How long a shift of traffic takes, and any other stage without work. Milliseconds; AWS publishes no numbers. */
const shiftMs = 5_000;
const shortestStageMs = 1_000;

/** "The system times out, fails the deployment, and then initiates a rollback after a stage reaches 24 hours." */
const longestStageMs = 24 * 3_600_000;

const liveTasks = (deployment: EcsDeployment) => deploymentTasks(deployment).filter(isLive);

const healthyCount = (deployment: EcsDeployment): number =>
  liveTasks(deployment).filter(({ healthy }) => healthy).length;

const isBeforeScaleUp = ({ stage }: NativeRollout): boolean => ['RECONCILE_SERVICE', 'PRE_SCALE_UP'].includes(stage);

/** Starts and stops the tasks of each deployment towards its own desired count: both revisions run at the same time. */
function scaleDeployments(ecs: Ecs, service: EcsService, native: NativeRollout): void {
  for (const deployment of service.deployments) {
    const { serviceDeployment, status, desiredCount } = deployment;
    const waits = status === 'PRIMARY' && serviceDeployment.rollback === undefined && isBeforeScaleUp(native);
    const live = liveTasks(deployment);
    const missing = (waits ? 0 : desiredCount) - live.length;
    if (missing > 0) startTasks(ecs, deployment, missing);
    if (missing < 0 && !waits) stopTasks(ecs, deployment, live.slice(missing));
    if (missing !== 0) service.steadyStateAnnounced = false;
  }
}

/** Returns the bake time of the stage, or the time that its shift takes, in milliseconds. */
function stageMs({ stage, step, steps }: NativeRollout, { revision }: EcsDeployment): number {
  const settings = revision.settings.deploymentConfiguration ?? {};
  if (stage === 'BAKE_TIME') return (settings.bakeTimeInMinutes ?? 0) * 60_000;
  if (stage === 'TEST_TRAFFIC_SHIFT') return shiftMs;
  if (stage !== 'PRODUCTION_TRAFFIC_SHIFT') return shortestStageMs;
  return shiftMs + (step < steps.length ? stepBakeMs(settings) : 0);
}

const keepOnly = (service: EcsService, kept: (deployment: EcsDeployment) => boolean): void => {
  for (const each of service.deployments) if (!kept(each)) each.desiredCount = 0;
};

/** Ends an earlier, unfinished shift. The revision with the most traffic gets all traffic, and the others have no tasks. */
function reconcile(service: EcsService, native: NativeRollout): void {
  const [[arn] = []] = [...native.production].toSorted(([, one], [, other]) => other - one);
  if (arn === undefined) return;
  native.production = new Map([[arn, 100]]);
  keepOnly(service, ({ status, revision }) => status === 'PRIMARY' || revision.arn === arn);
}

function shiftProduction(native: NativeRollout, target: string): void {
  const weight = native.steps[native.step] ?? 100;
  const [source] = [...native.production.keys()].filter((arn) => arn !== target);
  native.step += 1;
  native.production.set(target, weight);
  if (source !== undefined) native.production.set(source, Math.round((100 - weight) * 10) / 10);
}

function applyStage(service: EcsService, native: NativeRollout, target: string): void {
  if (native.stage === 'RECONCILE_SERVICE') reconcile(service, native);
  if (native.stage === 'TEST_TRAFFIC_SHIFT') native.test?.set(target, 100);
  if (native.stage === 'PRODUCTION_TRAFFIC_SHIFT') shiftProduction(native, target);
  if (native.stage === 'CLEAN_UP') keepOnly(service, ({ status }) => status === 'PRIMARY');
}

function enterStage(ecs: Ecs, primary: EcsDeployment, native: NativeRollout, stage: LifecycleStage): void {
  const { serviceDeployment } = primary;
  for (const cancel of native.cancelTimers.splice(0)) cancel();
  native.stage = stage;
  native.enteredAt = ecs.cloud.clock.now();
  serviceDeployment.updatedAt = now(ecs);
  applyStage(serviceDeployment.service, native, primary.revision.arn);
  startHooks(ecs, serviceDeployment, native);
  native.cancelTimers.push(ecs.cloud.clock.after(longestStageMs, () => wakeScheduler(ecs, serviceDeployment.service)));
}

const isHookDone = ({ status }: NativeRollout['hooks'][number]): boolean =>
  !['AWAITING_ACTION', 'IN_PROGRESS'].includes(status);

/** Whether everything that the stage waits for has happened, apart from its duration. */
const isStageDone = (native: NativeRollout, primary: EcsDeployment): boolean =>
  native.current.every(isHookDone) &&
  (native.stage !== 'SCALE_UP' || healthyCount(primary) >= primary.serviceDeployment.service.desiredCount);

/** A pause hook has its own time-out, which can be longer than a stage. */
function failOverdueStage(ecs: Ecs, service: EcsService, native: NativeRollout): void {
  if (ecs.cloud.clock.now() < (native.enteredAt ?? 0) + longestStageMs) return;
  if (native.current.some((hook) => hook.type === 'PAUSE' && !isHookDone(hook))) return;
  native.failure ??= {
    summary: `the stage ${native.stage} timed out`,
    reason: `the lifecycle stage ${native.stage} timed out`,
  };
  wakeScheduler(ecs, service);
}

function advanceStage(ecs: Ecs, primary: EcsDeployment, native: NativeRollout): void {
  const { service } = primary.serviceDeployment;
  if (native.enteredAt === undefined) enterStage(ecs, primary, native, native.stage);
  const endsAt = (native.enteredAt ?? 0) + stageMs(native, primary);
  const stage = nextStage(native);
  if (ecs.cloud.clock.now() < endsAt) wakeScheduler(ecs, service, endsAt);
  else if (!isStageDone(native, primary)) failOverdueStage(ecs, service, native);
  else if (stage !== undefined) {
    enterStage(ecs, primary, native, stage);
    wakeScheduler(ecs, service);
  }
}

/** Gives the restored revision all traffic as soon as one of its tasks is healthy; then the failed revision can stop. */
function returnTraffic(ecs: Ecs, primary: EcsDeployment, native: NativeRollout): void {
  const { service, target } = primary.serviceDeployment;
  if (primary.revision === target || native.returned) return;
  if (healthyCount(primary) === 0 && primary.desiredCount > 0) return;
  native.returned = true;
  const reversed = ecs.cloud.answers['rollback-stage'] === 'reversed';
  if (reversed) native.stage = 'PRODUCTION_TRAFFIC_SHIFT';
  native.production = new Map([[primary.revision.arn, 100]]);
  native.test?.clear();
  startHooks(ecs, primary.serviceDeployment, { ...native, stage: 'PRODUCTION_TRAFFIC_SHIFT' });
  if (reversed) native.stage = 'CLEAN_UP';
  keepOnly(service, ({ status }) => status === 'PRIMARY');
  wakeScheduler(ecs, service);
}

/** Advances a deployment that shifts traffic, or its rollback. Leaves a failed deployment unchanged. */
export function advanceRollout(ecs: Ecs, primary: EcsDeployment, native: NativeRollout): void {
  const { service, rollback } = primary.serviceDeployment;
  if (primary.rolloutState === 'FAILED' && service.status === 'ACTIVE') return;
  if (service.status !== 'ACTIVE') keepOnly(service, () => false);
  else if (rollback !== undefined) returnTraffic(ecs, primary, native);
  else if (primary.rolloutState === 'IN_PROGRESS') advanceStage(ecs, primary, native);
  scaleDeployments(ecs, service, native);
}
