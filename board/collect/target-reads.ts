import { readScheduleUsers } from '../../aws/board-schedules.ts';
import { describeAlarms } from '../../aws/cloudwatch.ts';
import { createTargetEcsClient } from '../../aws/ecs.ts';
import { describeTaskDefinition } from '../../aws/ecs-task-definitions.ts';
import { assumeTargetRole } from '../../aws/sts.ts';
import { viewerSession } from '../../cli/service.ts';
import type { ServiceObservation } from '../../core/board/observations.ts';
import { findPrimaryOfObservation } from '../../core/board/running.ts';
import { listConfiguredAlarms, type NamedTarget } from '../../core/config/targets.ts';
import { parseRevisionName } from '../../core/parsing/arn.ts';
import { findUsersOfOtherRevisions } from '../../core/schedule/other-revisions.ts';
import { findConfiguredSchedules } from '../../core/schedule/rules.ts';
import { intervals, type UnscheduledRead } from './board-read.ts';
import { addProblemAbout, type CollectorState, changeService } from './state.ts';

/** The session for a cluster. Several services share it. */
const clusterTarget = (target: NamedTarget): NamedTarget => ({ ...target, service: '*' });

async function readDefinition(state: CollectorState, target: NamedTarget, revision: string): Promise<void> {
  const client = await createTargetEcsClient(clusterTarget(target), viewerSession, state.clock.now());
  state.definitions.set(revision, await describeTaskDefinition(client, revision));
  state.problems.delete(`revision ${parseRevisionName(revision)}`);
  state.version += 1;
}

/** A revision never changes, so each revision is read once. If ECS does not describe a revision, the board asks for it again. */
export const listDefinitionReads = (state: CollectorState): UnscheduledRead[] =>
  [...state.services.values()].flatMap((observation) => {
    const revision = findPrimaryOfObservation(observation)?.taskDefinition;
    if (revision === undefined || state.definitions.get(revision) !== undefined) return [];
    return [
      {
        key: `definition ${revision}`,
        calls: 1,
        intervalMs: intervals.missingDefinition,
        run: () => readDefinition(state, observation.target, revision),
        fail: addProblemAbout(state, `revision ${parseRevisionName(revision)}`),
      },
    ];
  });

const alarmNamesOf = ({ config }: CollectorState, { target, service }: ServiceObservation): string[] => [
  ...new Set([...listConfiguredAlarms(config, target), ...(service.value?.alarmNames ?? [])]),
];

async function readAlarms(state: CollectorState, group: ServiceObservation[], names: string[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const place = clusterTarget(first.target);
  const found = await describeAlarms(place, await assumeTargetRole(place, viewerSession, state.clock.now()), names);
  const readAt = state.clock.now().toISOString();
  for (const one of group) {
    const own = alarmNamesOf(state, one);
    changeService(state, one.target.name, () => ({
      alarms: { readAt, value: found.filter(({ name }) => own.includes(name)) },
    }));
  }
}

/** DescribeAlarms takes at most 100 names (CloudWatch API, DescribeAlarms). */
const alarmsPerCall = 100;

/** One read for all alarms of an account and Region. */
export function listAlarmReads(state: CollectorState): UnscheduledRead[] {
  const groups = Map.groupBy(state.services.values(), ({ target }) => `${target.roleArn} ${target.region}`);
  return [...groups].flatMap(([place, services]) => {
    const group = services.filter((one) => alarmNamesOf(state, one).length > 0);
    const names = [...new Set(group.flatMap((one) => alarmNamesOf(state, one)))];
    if (names.length === 0) return [];
    return [
      {
        key: `alarms ${place}`,
        calls: Math.ceil(names.length / alarmsPerCall),
        intervalMs: intervals.alarms,
        run: () => readAlarms(state, group, names),
        fail: (problem: string) => {
          for (const { target } of group)
            changeService(state, target.name, ({ alarms }) => ({ alarms: { ...alarms, problem } }));
        },
      },
    ];
  });
}

async function readSchedules(state: CollectorState, target: NamedTarget, schedules: string[]): Promise<void> {
  const by = { session: { ...viewerSession, access: 'view schedules' as const }, now: state.clock.now() };
  const users = await Promise.all(schedules.map((schedule) => readScheduleUsers(target, schedule, by)));
  const readAt = state.clock.now().toISOString();
  changeService(state, target.name, (known) => {
    const running = findPrimaryOfObservation(known)?.taskDefinition;
    return { others: { readAt, value: running === undefined ? [] : findUsersOfOtherRevisions(users.flat(), running) } };
  });
}

/** Reads the configured schedules of a service when the service has another revision, and also from time to time. */
export const listScheduleReads = (state: CollectorState): UnscheduledRead[] =>
  [...state.services.values()].flatMap((observation) => {
    const { target } = observation;
    const configured = findConfiguredSchedules(state.config, target, state.stage);
    const primary = findPrimaryOfObservation(observation);
    if (configured === undefined || primary === undefined) return [];
    return [
      {
        key: `schedules ${target.name} ${primary.taskDefinition}`,
        calls: 2 * configured.schedules.length,
        intervalMs: intervals.schedules,
        run: () => readSchedules(state, target, configured.schedules),
        fail: (problem: string) =>
          changeService(state, target.name, ({ others }) => ({ others: { ...others, problem } })),
      },
    ];
  });
