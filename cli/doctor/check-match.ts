import type { TargetConfig } from '../../core/config/check.ts';
import { deploymentRoleName } from '../../core/config/resource-names.ts';
import { findServiceSettings } from '../../core/config/service-settings.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { type Check, type CheckOutcome, okOutcome, skippedOutcome } from './check-result.ts';
import { serviceChecks } from './check-service.ts';
import type { DoctorFacts } from './facts.ts';
import { formatNames } from './format-names.ts';
import { findPowerfulRoles } from './powerful-roles.ts';
import { createResourceCheck } from './resource-check.ts';

/** Checks of what exists in a target's account and matches the target's patterns. */
export const matchChecks = (system: SystemDeclaration, target: TargetConfig): Check[] =>
  target.match === undefined
    ? []
    : [
        ...target.match.services.map((pattern) => checkMatchedServices(system, target, pattern)),
        checkPassableRoles(system, target),
      ];

/** One result for all services that match one pattern: the first problem of each service that has one. */
const checkMatchedServices = (system: SystemDeclaration, target: TargetConfig, pattern: string): Check => {
  const title = `the services that match ${target.name}/${pattern} can be deployed`;
  return {
    link: 'ECS',
    about: target.name,
    title,
    async run(facts) {
      if (!facts.live) return skippedOutcome(title, 'only --live can check this');
      const listed = facts.matched.get(`${target.name}/${pattern}`) ?? { unread: 'the services were not listed' };
      if ('unread' in listed) return skippedOutcome(title, listed.unread);
      if ('missing' in listed) return skippedOutcome(title, listed.missing);
      const problems = await findServiceProblems({ system, target, facts }, listed.found);
      const [first] = problems;
      const count = `${listed.found.length} (${formatNames(listed.found)})`;
      if (first === undefined) return okOutcome(`${title}: ${count}`);
      return { ...first, says: `of the services that match ${target.name}/${pattern}, ${joinProblems(problems)}` };
    },
  };
};

const joinProblems = (problems: CheckOutcome[]): string =>
  `${problems.length} cannot be deployed: ${formatNames(problems.map(({ says }) => says))}`;

/** A service that the configuration names has checks of its own. */
async function findServiceProblems(
  { system, target, facts }: { system: SystemDeclaration; target: TargetConfig; facts: DoctorFacts },
  names: string[],
): Promise<CheckOutcome[]> {
  const named = new Set(target.services.map(({ name }) => name));
  const found: CheckOutcome[] = [];
  for (const name of names.filter((one) => !named.has(one))) {
    const settings = findServiceSettings(target, name);
    const checks = settings === undefined ? [] : serviceChecks(system, target, settings);
    const outcomes = await Promise.all(checks.map((check) => check.run(facts)));
    found.push(...outcomes.filter(({ state }) => state === 'NG').slice(0, 1));
  }
  return found;
}

const checkPassableRoles = ({ stage }: SystemDeclaration, target: TargetConfig): Check => {
  const passed = `the roles that the deployment role of ${target.name} may pass`;
  const check = createResourceCheck({
    link: 'role',
    about: target.name,
    title: `${passed} have no power over the account`,
    onlyLive: true,
    read: ({ passable }) => passable.get(target.name) ?? { unread: 'the roles were not listed' },
    async wrong(roles, { at }) {
      const powerful = await findPowerfulRoles(roles, at);
      return powerful.length === 0 ? undefined : describePowerfulRoles(powerful, target, stage);
    },
  });
  return { ...check, run: async (facts) => withRoleNames(await check.run(facts), target, facts) };
};

/** Adds the names of the roles to a result that found nothing wrong. Also names the roles whose policies could not be read. */
function withRoleNames(outcome: CheckOutcome, { name }: TargetConfig, { passable }: DoctorFacts): CheckOutcome {
  const listed = passable.get(name);
  if (outcome.state !== 'OK' || listed === undefined || !('found' in listed)) return outcome;
  const roles = [...listed.found].map(([arn, role]) => ({
    role: arn.split(':role/')[1] ?? arn,
    isRead: 'found' in role,
  }));
  const unread = roles.filter(({ isRead }) => !isRead).map(({ role }) => role);
  const rest = unread.length === 0 ? '' : `; the policies of ${formatNames(unread)} could not be read`;
  return okOutcome(`${outcome.says}: ${formatNames(roles.map(({ role }) => role))}${rest}`);
}

const describePowerfulRoles = (powerful: string[], target: TargetConfig, stage: string) => ({
  says: `a release to ${target.name} may give its tasks the role ${formatNames(powerful)}, which may change any role of the account`,
  policy: `the policies of ${deploymentRoleName(target, stage)}, deployment`,
  statement: 'PassTaskRoles',
  fix: `narrow passRoles of targets.${target.name}.match, so that it does not match ${formatNames(powerful)}, or let that role not trust ecs-tasks.amazonaws.com`,
});
