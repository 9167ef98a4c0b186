import { historyTime } from './history-time.ts';
import type { HookExecution, NativeRollout } from './native-rollout.ts';
import { revisionCountsView } from './service-view.ts';
import type { Ecs, EcsServiceDeployment, ServiceRevision } from './state.ts';

/** Returns a service deployment in the format of ListServiceDeployments. */
export const serviceDeploymentSummary = (ecs: Ecs, each: EcsServiceDeployment): Record<string, unknown> => ({
  serviceDeploymentArn: each.arn,
  serviceArn: each.service.arn,
  clusterArn: each.service.cluster.arn,
  createdAt: historyTime(ecs, each.createdAt),
  startedAt: each.startedAt && historyTime(ecs, each.startedAt),
  finishedAt: each.finishedAt,
  targetServiceRevisionArn: each.target.arn,
  status: each.status === 'PENDING' && ecs.cloud.answers['status-values'] === 'others' ? 'SCHEDULED' : each.status,
  statusReason: each.statusReason,
});

const hookView = ({ id, type, targetArn, status, expiresAt, timeoutAction }: HookExecution) => ({
  hookId: id,
  targetType: type,
  targetArn,
  status,
  expiresAt,
  timeoutAction,
});

const isUnfinished = ({ status }: HookExecution): boolean => ['AWAITING_ACTION', 'IN_PROGRESS'].includes(status);

/** Returns the stage as the API shows it: its own list of stages has no PRE_PRODUCTION_TRAFFIC_SHIFT, but the guide's list does. */
const visibleStage = ({ cloud }: Ecs, { stage }: NativeRollout): string =>
  stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' && cloud.answers['pre-production-stage'] === 'shift'
    ? 'PRODUCTION_TRAFFIC_SHIFT'
    : stage;

/** Returns what only a deployment that shifts traffic shows. */
const nativeView = (ecs: Ecs, native: NativeRollout) => ({
  lifecycleStage: native.enteredAt === undefined ? undefined : visibleStage(ecs, native),
  lifecycleHookDetails: native.hooks
    .filter((each) => ecs.cloud.answers['hook-details'] === 'all' || isUnfinished(each))
    .map(hookView),
});

const trafficView = ({ native }: EcsServiceDeployment, { arn }: ServiceRevision) =>
  native && {
    requestedProductionTrafficWeight: native.production.get(arn) ?? 0,
    requestedTestTrafficWeight: native.test && (native.test.get(arn) ?? 0),
  };

/** Returns a service deployment in the format of DescribeServiceDeployments. */
export const serviceDeploymentView = (ecs: Ecs, each: EcsServiceDeployment): Record<string, unknown> => {
  const { targetServiceRevisionArn: _, ...brief } = serviceDeploymentSummary(ecs, each);
  const { service, rollback, alarms } = each;
  const wanted = rollback === undefined && each.status !== 'STOPPED' ? service.desiredCount : 0;
  return {
    ...brief,
    stoppedAt: each.stoppedAt,
    updatedAt: each.updatedAt,
    sourceServiceRevisions: each.sources.map(({ revision, requested }) => ({
      ...revisionCountsView(service, revision, requested),
      ...trafficView(each, revision),
    })),
    targetServiceRevision: { ...revisionCountsView(service, each.target, wanted), ...trafficView(each, each.target) },
    ...(each.native && nativeView(ecs, each.native)),
    deploymentConfiguration: each.target.settings.deploymentConfiguration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: rollback.startedAt,
      serviceRevisionArn: rollback.revision.arn,
    },
    deploymentCircuitBreaker: { ...each.circuitBreaker },
    alarms: { status: alarms.status, alarmNames: alarms.names, triggeredAlarmNames: alarms.triggered },
  };
};
