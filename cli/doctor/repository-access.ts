import type { Config, TargetConfig } from '../../core/config/check.ts';
import { formatArn, formatIamArn } from '../../core/parsing/partition.ts';
import { iamRoleArn } from '../../infra/installation.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import { createCaller, withResource } from './permission-check.ts';
import { allowAllPolicies } from './policy-sources.ts';
import type { RepositoryPlace } from './repository-places.ts';
import type { Policy } from './role-facts.ts';

/** An account whose roles use repositories of another account. The policies of those repositories must admit the account. */
export interface RepositoryUser {
  account: string;
  /** In messages: `Gantry's functions in account …`. */
  who: string;
  actions: string[];
  /** Roles of the account that the configuration names. */
  roles: string[];
  /** Whether each of these roles needs the access. In a target, some services can have their images elsewhere. */
  needsEach: boolean;
}

/** The accounts that must be admitted to a repository in this account and Region. An account needs no repository policy for its own repositories. */
export function listRepositoryUsers(
  config: Config,
  system: SystemDeclaration,
  { account }: RepositoryPlace,
): RepositoryUser[] {
  const accounts = new Set(config.targets.map((target) => target.account));
  const targets = [...accounts].map((own) =>
    createPuller(
      own,
      config.targets.filter((target) => target.account === own),
    ),
  );
  return [createReader(system), ...targets].filter((user) => user.account !== account);
}

const createReader = (system: SystemDeclaration): RepositoryUser => ({
  account: system.account,
  who: `Gantry's functions in account ${system.account}`,
  actions: ['ecr:BatchGetImage'],
  roles: findFunctionsAllowedTo(system, 'ecr:BatchGetImage').map(({ role }) => role),
  needsEach: true,
});

const createPuller = (account: string, targets: TargetConfig[]): RepositoryUser => ({
  account,
  who: `the tasks of ${targets.map(({ name }) => name).join(', ')} in account ${account}`,
  actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  roles: targets.flatMap((target) => target.services.map(({ executionRole }) => iamRoleArn(target, executionRole))),
  needsEach: false,
});

/** The roles of an account that a policy names. */
const listNamedRoles = (policy: Policy, account: string): string[] => [
  ...new Set(JSON.stringify(policy).match(new RegExp(`arn:[a-z-]+:iam::${account}:role/[\\w+=,.@/-]+`, 'g')) ?? []),
];

/** The doctor does not know the values of conditions such as `aws:PrincipalOrgID`. So it assumes that the conditions of an Allow statement are met. */
const withoutAllowConditions = ({ Version, Statement }: Policy): Policy => ({
  Version,
  Statement: Statement.map((statement) => {
    const { Condition: _, ...rest } = statement;
    return statement.Effect === 'Allow' ? rest : statement;
  }),
});

/** Whether the policy of a repository admits an account. If no role is named, checks whether the policy admits any role of the account. */
export async function isRepositoryUserAdmitted(
  { account, region }: RepositoryPlace,
  { name, policy, at }: { name: string; policy: Policy; at: number },
  user: RepositoryUser,
): Promise<boolean> {
  const resource = formatArn('ecr', { account, region }, `repository/${name}`);
  const assumed = withResource(withoutAllowConditions(policy), resource);
  const anyRole = formatIamArn({ account: user.account, region }, 'role/any');
  const others = user.needsEach ? [] : [...listNamedRoles(policy, user.account), anyRole];
  const canUse = async (by: string) => {
    const decisions = user.actions.map((action) =>
      evaluatePolicies(
        { caller: createCaller(by), region, at, action, resource, circumstances: { policy: assumed } },
        allowAllPolicies,
      ),
    );
    return (await Promise.all(decisions)).every((decision) => 'allowedBy' in decision);
  };
  const admitted = await Promise.all([...user.roles, ...others].map(canUse));
  return user.needsEach ? admitted.every(Boolean) : admitted.some(Boolean);
}

/** The statement that admits these accounts. */
export const createAdmittingStatement = (users: RepositoryUser[], { region }: RepositoryPlace) => ({
  Sid: 'Gantry',
  Effect: 'Allow',
  Principal: { AWS: users.map(({ account }) => formatIamArn({ account, region }, 'root')) },
  Action: [...new Set(users.flatMap(({ actions }) => actions))],
});
