import { revisionCountsView } from './service-view.ts';
import type { Ecs, EcsServiceDeployment } from './state.ts';

/** Returns a service deployment in the format of ListServiceDeployments. */
export const serviceDeploymentSummary = ({ cloud }: Ecs, each: EcsServiceDeployment): Record<string, unknown> => ({
  serviceDeploymentArn: each.arn,
  serviceArn: each.service.arn,
  clusterArn: each.service.cluster.arn,
  createdAt: each.createdAt,
  startedAt: each.startedAt,
  finishedAt: each.finishedAt,
  targetServiceRevisionArn: each.target.arn,
  status: each.status === 'PENDING' && cloud.answers['status-values'] === 'others' ? 'SCHEDULED' : each.status,
  statusReason: each.statusReason,
});

/** Returns a service deployment in the format of DescribeServiceDeployments. */
export const serviceDeploymentView = (ecs: Ecs, each: EcsServiceDeployment): Record<string, unknown> => {
  const { targetServiceRevisionArn: _, ...brief } = serviceDeploymentSummary(ecs, each);
  const { service, rollback, alarms } = each;
  const wanted = rollback === undefined && each.status !== 'STOPPED' ? service.desiredCount : 0;
  return {
    ...brief,
    stoppedAt: each.stoppedAt,
    updatedAt: each.updatedAt,
    sourceServiceRevisions: each.sources.map(({ revision, requested }) =>
      revisionCountsView(service, revision, requested),
    ),
    targetServiceRevision: revisionCountsView(service, each.target, wanted),
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
