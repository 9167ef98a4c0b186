import { parseScheduleReference } from '../core/config/schedule-reference.ts';
import { Failure } from '../core/errors/failure.ts';
import type { Target } from '../core/model/release.ts';
import type { ScheduleFacts, ScheduleTargetFacts } from '../core/schedule/problems.ts';
import { findEcsTarget, listEcsTargets } from '../core/schedule/raw-schedule.ts';
import { type ConfiguredSchedules, predictReleasedRevision } from '../core/schedule/rules.ts';
import type { TargetFacts } from '../core/service/problems.ts';
import type { TargetSession } from '../core/service/session-policy.ts';
import { roleFields } from '../core/task-definition/passed-roles.ts';
import { isFieldSet } from '../core/task-definition/raw.ts';
import { toRoleArn } from '../core/task-definition/restrictions.ts';
import { createScheduleClients, readRuleTargets, readSchedule, type ScheduleClients } from './schedules.ts';
import { createIamClient, type SimulatedRequest, simulateRole } from './simulate-role.ts';
import { assumeTargetRole, type SessionCredentials } from './sts.ts';

/** Reads the rule and the schedule that an entry of `schedules` can mean. */
export async function readScheduleFacts(clients: ScheduleClients, schedule: string): Promise<ScheduleFacts> {
  const named = parseScheduleReference(schedule);
  const [targets, found] = await Promise.all([
    named.rule === undefined ? undefined : readRuleTargets(clients, named.rule),
    named.schedule === undefined ? undefined : readSchedule(clients, named.schedule),
  ]);
  const target = found && findEcsTarget(found);
  return {
    schedule,
    exists: { rule: targets !== undefined, schedule: found !== undefined },
    targets: [
      ...listEcsTargets(targets ?? []).map(({ id, ...one }) => ({
        ...one,
        source: { type: 'rule' as const, name: named.rule ?? '', target: id },
      })),
      ...(target && named.schedule ? [{ ...target, source: { type: 'schedule' as const, ...named.schedule } }] : []),
    ],
  };
}

interface RunQuestion {
  target: Target;
  /** The ARN of the revision that the schedule will run, and the roles of its tasks. */
  revision: string;
  taskRoles: string[];
}

const runRequests = (cluster: string, { revision, taskRoles }: RunQuestion): SimulatedRequest[] => [
  { action: 'ecs:RunTask', resource: revision, context: { 'ecs:cluster': cluster } },
  ...taskRoles.map((resource) => ({
    action: 'iam:PassRole',
    resource,
    context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  })),
];

/** Asks IAM whether the role of a schedule can run the revision. Returns the first answer that is not yes. */
async function addRunAnswer(
  facts: ScheduleTargetFacts,
  question: RunQuestion,
  credentials: SessionCredentials,
): Promise<ScheduleTargetFacts> {
  if (facts.role === undefined) return facts;
  const client = createIamClient(question.target, credentials);
  for (const request of runRequests(facts.cluster, question)) {
    const run = await simulateRole(client, facts.role, request);
    if (run.can !== 'run') return { ...facts, run };
  }
  return { ...facts, run: { can: 'run' } };
}

interface ScheduleReader {
  session: TargetSession;
  now: Date;
}

/** Reads all schedules of a service, and asks IAM whether their roles can run the revision that the release will deploy. */
export async function readConfiguredSchedules(
  { schedules, rules }: ConfiguredSchedules,
  question: RunQuestion,
  { session, now }: ScheduleReader,
): Promise<NonNullable<TargetFacts['schedules']>> {
  const credentials = await assumeTargetRole(question.target, session, now);
  const clients = createScheduleClients(question.target, credentials);
  const facts = await Promise.all(schedules.map((schedule) => readScheduleFacts(clients, schedule)));
  const asked = facts.map(async (one) => ({
    ...one,
    targets: await Promise.all(one.targets.map((target) => addRunAnswer(target, question, credentials))),
  }));
  return { facts: await Promise.all(asked), rules };
}

/** Returns the ARNs of the roles that the tasks of the new revision will have. */
function listTaskRoles({ base, release }: TargetFacts): string[] {
  if (typeof base !== 'object' || base instanceof Failure) return [];
  const { taskDefinition } = base;
  const set = roleFields.filter((field) => isFieldSet(taskDefinition[field]));
  return [...new Set(set.map((field) => toRoleArn(taskDefinition[field], release.target)))];
}

/** Adds the schedules of the service to the facts about the target, if the configuration names any. */
export async function addScheduleFacts(
  facts: TargetFacts,
  configured: ConfiguredSchedules | undefined,
  reader: ScheduleReader,
): Promise<TargetFacts> {
  const running = typeof facts.service === 'string' ? undefined : facts.service.taskDefinition;
  if (configured === undefined || running === undefined) return facts;
  const revision = predictReleasedRevision(facts.release, running);
  const question = { target: facts.release.target, revision, taskRoles: listTaskRoles(facts) };
  return { ...facts, schedules: await readConfiguredSchedules(configured, question, reader) };
}
