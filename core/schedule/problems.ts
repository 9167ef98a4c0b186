import { parseScheduleReference } from '../config/schedule-reference.ts';
import type { Target } from '../model/release.ts';
import { formatScheduleSource, type ScheduledTask, type ScheduleSource } from '../model/scheduled-task.ts';
import { parseResourceName, parseRevisionName } from '../parsing/arn.ts';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import { familyOfRevision, parseRevisionNumber } from '../task-definition/raw.ts';
import type { EcsScheduleTarget } from './raw-schedule.ts';

/** Whether a role can run a revision: `unknown`, with the reason, if IAM gave no answer. */
export type RunPermission =
  | { can: 'run' }
  | { can: 'not run'; action: string; resource: string }
  | { can: 'unknown'; why: string };

/** One ECS target of a configured schedule, with what its role can do with the next revision. */
export interface ScheduleTargetFacts extends EcsScheduleTarget {
  source: ScheduleSource;
  run?: RunPermission | undefined;
}

/** The rule or the schedule that was found for one entry of `schedules`. */
export interface ScheduleFacts {
  schedule: string;
  exists: { rule: boolean; schedule: boolean };
  targets: ScheduleTargetFacts[];
}

/** The configuration of a service's schedules. */
export interface ScheduleRules {
  target: Target;
  family: string;
  /** The names of the roles that Gantry can pass. */
  roles: string[];
}

/** Whether a target of a schedule belongs to the service's cluster. Targets of another cluster belong to somebody else. */
const isInCluster = ({ cluster }: ScheduleTargetFacts, { target }: ScheduleRules): boolean =>
  parseResourceName(cluster) === parseResourceName(target.cluster);

const isOfFamily = ({ taskDefinition }: ScheduleTargetFacts, { family }: ScheduleRules): boolean =>
  familyOfRevision(taskDefinition) === family;

const setting = 'schedules of the service in gantry.config.ts';

/** Returns the targets of a schedule that belong to the service. */
export const listOwnTargets = ({ targets }: ScheduleFacts, rules: ScheduleRules): ScheduleTargetFacts[] =>
  targets.filter((target) => isInCluster(target, rules) && isOfFamily(target, rules));

/** Returns a sentence for everything that prevents a schedule from being moved, or its tasks from running the new revision. */
export const findScheduleProblems = (facts: ScheduleFacts[], rules: ScheduleRules): string[] =>
  facts.flatMap((one) => {
    const missing = findMissing(one, rules);
    return missing === undefined
      ? listOwnTargets(one, rules).flatMap((target) => findRoleProblems(target, rules))
      : [missing];
  });

function findMissing(facts: ScheduleFacts, rules: ScheduleRules): string | undefined {
  const { schedule, exists, targets } = facts;
  if (!exists.rule && !exists.schedule) return missingProblem(schedule, rules);
  if (exists.rule && exists.schedule)
    return `"${schedule}" is the name of a rule and of a schedule. Write rule:${schedule} or default/${schedule} in ${setting}.`;
  if (listOwnTargets(facts, rules).length > 0) return undefined;
  const here = targets.filter((target) => isInCluster(target, rules));
  const found = here.map(({ taskDefinition }) => familyOfRevision(taskDefinition));
  return found.length === 0
    ? `"${schedule}" has no target that runs tasks of ECS in the cluster ${rules.target.cluster}. Remove it from ${setting}, or correct its target.`
    : `"${schedule}" runs tasks of the family ${found.join(', ')}, and the family of the service is ${rules.family}. Remove it from ${setting}, or correct its target.`;
}

function missingProblem(text: string, { target }: ScheduleRules): string {
  const { rule, schedule } = parseScheduleReference(text);
  const [, , , , account] = target.roleArn.split(':');
  const looked = [
    ...(schedule === undefined ? [] : [`no schedule ${schedule.name} in the group ${schedule.group}`]),
    ...(rule === undefined ? [] : [`no rule ${rule}`]),
  ];
  return `"${text}" does not exist: account ${account}, ${target.region} has ${looked.join(' and ')}. Create it, or remove it from ${setting}.`;
}

function findRoleProblems({ source, role, run, taskDefinition }: ScheduleTargetFacts, rules: ScheduleRules): string[] {
  const name = formatScheduleSource(source);
  if (role === undefined) return [`${name} has no role to run tasks with (RoleArn).`];
  if (parseRevisionNumber(taskDefinition) === 0) return findRunProblem(name, role, run);
  const [, , , , account] = rules.target.roleArn.split(':');
  const roleName = role.split(':role/').at(-1) ?? role;
  const isPassed = role.split(':')[4] === account && matchesAnyPattern(roleName, rules.roles);
  return [
    ...(isPassed
      ? []
      : [
          `${name} uses the role ${role}, and Gantry may pass ${rules.roles.join(', ') || 'none'}. Add it to scheduleRoles of the service in gantry.config.ts, and deploy Gantry again.`,
        ]),
    ...findRunProblem(name, role, run),
  ];
}

const findRunProblem = (name: string, role: string, run: RunPermission | undefined): string[] =>
  run?.can === 'not run'
    ? [
        `${name} could not run the new revision, and would fail silently: its role ${role} is not allowed ${run.action} on ${run.resource}. Allow all revisions of the family in a policy of that role (…:task-definition/${familyOfRevision(run.resource)}:*, if it names one).`,
      ]
    : [];

/** Returns a sentence for each risk that does not prevent the release. */
export const findScheduleWarnings = (facts: ScheduleFacts[], rules: ScheduleRules): string[] =>
  facts.flatMap((one) => listOwnTargets(one, rules).flatMap(findTargetWarnings));

function findTargetWarnings({ source, taskDefinition, run }: ScheduleTargetFacts): string[] {
  const name = formatScheduleSource(source);
  const unpinned = parseRevisionNumber(taskDefinition) === 0;
  return [
    ...(unpinned
      ? [
          `Risk: ${name} names the family ${parseRevisionName(taskDefinition)} without a revision, so it runs the newest ACTIVE revision: the new one as soon as it is registered, before the service runs it, and also after a rollback. Gantry does not change it; name a revision to let Gantry move it.`,
        ]
      : []),
    ...(run?.can === 'unknown' ? [`Gantry cannot tell whether ${name} can run the new revision: ${run.why}`] : []),
  ];
}

/** Returns the scheduled tasks that the release has to move. Omits tasks that name no revision. */
export const listTasksToMove = (facts: ScheduleFacts[], rules: ScheduleRules): ScheduledTask[] =>
  facts.flatMap((one) =>
    listOwnTargets(one, rules)
      .filter(({ taskDefinition }) => parseRevisionNumber(taskDefinition) > 0)
      .map(({ source, taskDefinition }) => ({ schedule: one.schedule, source, taskDefinition })),
  );
