import { groupTargetsForDescription } from '../../aws/alarm-targets.ts';
import { readServiceGroup } from '../../aws/board-services.ts';
import { assumeTargetRole } from '../../aws/sts.ts';
import { viewerSession } from '../../cli/service.ts';
import type { ObservedServiceAndAlarmNames } from '../../core/board/observations.ts';
import { findPrimaryOfObservation } from '../../core/board/running.ts';
import type { NamedTarget } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import { intervals, type UnscheduledRead } from './board-read.ts';
import { type CollectorState, changeService, isMoving, makeDue } from './state.ts';
import { tableKeyOf } from './table-reads.ts';

const clusterOf = ({ roleArn, region, cluster }: NamedTarget): string => `${roleArn} ${region} ${cluster}`;

/** Returns groups of up to ten services that are described with one call. */
function groupTargets({ services, splitClusters }: CollectorState): NamedTarget[][] {
  const targets = [...services.values()].map(({ target }) => target);
  const together = targets.filter((target) => !splitClusters.has(clusterOf(target)));
  const names = new Map(together.map((target) => [target.name, target]));
  const groups = groupTargetsForDescription(together).map((group) =>
    group.flatMap(({ name = '' }) => names.get(name) ?? []),
  );
  return [...groups, ...targets.filter((target) => !together.includes(target)).map((target) => [target])];
}

/** If Gantry made a new deployment, the deployment is in the ledger soon. */
function storeService(state: CollectorState, { name }: NamedTarget, value: ObservedServiceAndAlarmNames): void {
  const before = state.services.get(name);
  changeService(state, name, () => ({ service: { value, readAt: state.clock.now().toISOString() } }));
  const after = state.services.get(name);
  const [old, now] = [before, after].map((one) => one && findPrimaryOfObservation(one));
  state.clock.observeTime(now?.createdAt);
  if (old === undefined || old.id === now?.id) return;
  changeService(state, name, () => ({ deployment: undefined }));
  makeDue(state, [tableKeyOf(name)]);
}

async function describeTargets(state: CollectorState, group: NamedTarget[]): Promise<void> {
  const by = { session: viewerSession, now: state.clock.now() };
  const found = await readServiceGroup(group, by).catch((error: unknown) => {
    const isDenied = error instanceof Failure && error.name === 'PermissionError';
    // If the role itself cannot be assumed, reading each of its services alone would also fail.
    const [first] = group;
    if (isDenied && first !== undefined && group.length > 1 && !error.message.includes('cannot be assumed'))
      state.splitClusters.add(clusterOf(first));
    throw error;
  });
  const [first, ...others] = group;
  if (first === undefined) return;
  const place = others.length === 0 ? first : { ...first, service: '*' };
  state.clock.observeSession((await assumeTargetRole(place, viewerSession, by.now)).expiration);
  for (const [at, target] of group.entries()) {
    const value = found[at];
    if (value !== undefined) storeService(state, target, value);
  }
}

function chooseInterval(state: CollectorState, group: NamedTarget[]): number {
  if (group.some((target) => isMoving(state, target))) return intervals.serviceInMotion;
  return group.length === 1 ? intervals.singleServiceAtRest : intervals.serviceAtRest;
}

/** The reads of DescribeServices. */
export const listServiceReads = (state: CollectorState): UnscheduledRead[] =>
  groupTargets(state).map((group) => ({
    key: `services ${group.map(({ name }) => name).join(' ')}`,
    calls: 1,
    intervalMs: chooseInterval(state, group),
    run: () => describeTargets(state, group),
    fail: (problem) => {
      for (const { name } of group) changeService(state, name, ({ service }) => ({ service: { ...service, problem } }));
    },
  }));
