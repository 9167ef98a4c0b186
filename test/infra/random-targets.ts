import fc from 'fast-check';
import { type Config, findConfigErrors, validateConfig } from '../../core/config/check.ts';
import { type AllowedNames, listAllowedNames } from '../../core/config/target-permissions.ts';
import { deploymentRoleArn } from '../../core/config/targets.ts';
import { createMatchingName } from '../../core/parsing/pattern.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { deploymentPolicy } from '../../infra/policies-target.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';

/* Random targets of a configuration, random names in them, and the permissions in the policy of the target's role. */

export const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
export const account = '222222222222';
export const place = { name: 'test', account, region: 'eu-west-1', cluster: 'shop' };
export const configOf = (target: object): Config =>
  validateConfig({ ...example, pipelines: [], targets: [{ ...place, ...target }] } as never);

/** The request to AWS for each kind of name. */
const asksByKind: Record<
  keyof AllowedNames,
  (name: string) => { action: string; resource: string; context?: Record<string, string> }
> = {
  services: (name) => ({
    action: 'ecs:UpdateService',
    resource: `arn:aws:ecs:eu-west-1:${account}:service/shop/${name}`,
  }),
  families: (name) => ({
    action: 'ecs:RegisterTaskDefinition',
    resource: `arn:aws:ecs:eu-west-1:${account}:task-definition/${name}:7`,
  }),
  passRoles: (name) => ({
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${account}:role/${name}`,
    context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  }),
  logGroups: (name) => ({
    action: 'logs:GetLogEvents',
    resource: `arn:aws:logs:eu-west-1:${account}:log-group:${name}:log-stream:s`,
  }),
};
export const kinds = Object.keys(asksByKind) as (keyof AllowedNames)[];

/** Whether the role's policy allows the request. If a service is given, the request is made in the session of this service. */
export async function isAllowed(
  config: Config,
  kind: keyof AllowedNames,
  name: string,
  session?: string,
): Promise<boolean> {
  const [target] = config.targets;
  const roleArn = deploymentRoleArn(target!);
  const { action, resource, context } = asksByKind[kind](name);
  const limits =
    session === undefined
      ? {}
      : { sessionPolicy: createSessionPolicy({ ...place, roleArn, service: session }, { access: 'update service' }) };
  const decision = await evaluatePolicies(
    {
      caller: { account, arn: `arn:aws:sts::${account}:assumed-role/test-deployment/s`, roleArn, ...limits },
      region: 'eu-west-1',
      at: 0,
      action,
      resource,
      circumstances: context === undefined ? {} : { context },
    },
    { deployment: deploymentPolicy(resolveInstallation(config, 'production', keyArn), target!) },
  );
  return 'allowedBy' in decision;
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '_', '1'), minLength: 1, maxLength: 4 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '-', '*'), minLength: 1, maxLength: 5 });
const roleName = fc.oneof(
  word,
  fc.tuple(word, word).map((parts) => parts.join('/')),
);
const service = fc.record({
  name: word,
  containers: fc.constant(['app']),
  family: fc.option(word, { nil: undefined }),
  executionRole: roleName,
  taskRoles: fc.array(roleName, { maxLength: 2 }),
  logGroup: fc.option(
    word.map((one) => `/x/${one}`),
    { nil: undefined },
  ),
});
const match = fc.record({
  services: fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 })),
  families: fc.option(pattern, { nil: undefined }),
  passRoles: fc.array(
    fc.oneof(
      pattern,
      fc.tuple(word, pattern).map((parts) => parts.join('/')),
    ),
    { maxLength: 3 },
  ),
  logGroups: fc.option(
    pattern.map((one) => `/x/${one}`),
    { nil: undefined },
  ),
});
const configs = fc
  .record({ services: fc.array(service, { maxLength: 3 }), match: fc.option(match, { nil: undefined }) })
  .map((target) => JSON.parse(JSON.stringify(target)) as object)
  .filter((target) => findConfigErrors({ ...example, pipelines: [], targets: [{ ...place, ...target }] }).length === 0)
  .map(configOf);
type NameOf = (kind: keyof AllowedNames, allowed: string[]) => fc.Arbitrary<string>;

/** A name that the configuration contains, or one that a pattern matches. */
const allowedName: NameOf = (_kind, allowed) =>
  fc.tuple(fc.constantFrom(...allowed, 'a'), word).map(([one, filler]) => createMatchingName(one, filler));

const anyName: NameOf = (kind, allowed) =>
  fc.oneof(
    kind === 'passRoles' ? roleName : kind === 'logGroups' ? word.map((one) => `/x/${one}`) : word,
    allowedName(kind, allowed),
  );

/** A configuration with a name of each kind. */
const askWith = (nameOf: NameOf) =>
  configs.chain((config) => {
    const permissions = listAllowedNames(config.targets[0]!);
    const name = (kind: keyof AllowedNames) => nameOf(kind, permissions[kind]);
    return fc.record({
      config: fc.constant(config),
      services: name('services'),
      families: name('families'),
      passRoles: name('passRoles'),
      logGroups: name('logGroups'),
      session: name('services'),
    });
  });

/** Requests with names that the configuration contains, names that a pattern matches, or any other names. */
export const questions = askWith(anyName);

/** The same requests. In half of them, most names are allowed. */
export const likelyQuestions = fc.oneof(questions, askWith(allowedName));
