import { visibleServiceDeployment } from './rollback-lag.ts';
import { serviceDeploymentView } from './service-deployment-view.ts';
import { serviceView } from './service-view.ts';
import type { Ecs, EcsService, EcsServiceDeployment } from './state.ts';

type View = Record<string, unknown>;

/** What DescribeServices and DescribeServiceDeployments would have returned for a service at a time (simulated milliseconds). */
interface ServiceSnapshot {
  at: number;
  service: View;
  history: Map<string, View>;
}

/** The age of the state that ECS shows if it is not current. Milliseconds. */
const staleMs = 5_000;

const snapshots = new WeakMap<EcsService, ServiceSnapshot[]>();

const isHistoryStale = ({ cloud }: Ecs): boolean => cloud.answers['event-timing'] === 'before';
const isServiceStale = (ecs: Ecs): boolean => ecs.cloud.answers['service-stale'] !== 'current' || isHistoryStale(ecs);

const takeSnapshot = (ecs: Ecs, service: EcsService): ServiceSnapshot => ({
  at: ecs.cloud.clock.now(),
  service: serviceView(ecs, service, ['TAGS']),
  history: new Map(service.serviceDeployments.slice(0, 2).map((each) => [each.arn, serviceDeploymentView(ecs, each)])),
});

/** Returns the newest snapshot that is old enough to be shown, and all later snapshots. If no snapshot is old enough, returns all. */
function keepVisible(ecs: Ecs, service: EcsService): ServiceSnapshot[] {
  const taken = snapshots.get(service) ?? [];
  const first = taken.findLastIndex(({ at }) => at <= ecs.cloud.clock.now() - staleMs);
  return taken.slice(Math.max(first, 0));
}

/** Records what a service shows after a change, for later calls that return an older state. */
export function recordSnapshot(ecs: Ecs, service: EcsService): void {
  if (isServiceStale(ecs)) snapshots.set(service, [...keepVisible(ecs, service), takeSnapshot(ecs, service)]);
}

/** Returns a service as DescribeServices shows it now. */
export function visibleService(ecs: Ecs, service: EcsService, include: string[]): View {
  const [shown] = isServiceStale(ecs) ? keepVisible(ecs, service) : [];
  if (shown === undefined) return serviceView(ecs, service, include);
  const { tags, ...view } = shown.service;
  return include.includes('TAGS') ? { ...view, tags } : view;
}

/** Returns a service deployment as DescribeServiceDeployments shows it now. */
export function visibleHistoryEntry(ecs: Ecs, each: EcsServiceDeployment): View {
  const [shown] = isHistoryStale(ecs) ? keepVisible(ecs, each.service) : [];
  return shown?.history.get(each.arn) ?? serviceDeploymentView(ecs, visibleServiceDeployment(ecs, each));
}
