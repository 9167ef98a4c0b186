import type { PolicyDocument, Statement } from '../../infra/policy.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { AuthorizationRecord } from '../../local/cloud.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';

/** One permission that one statement gives one holder. It is the smallest part of a policy that can be removed. */
export interface Grant {
  /** The name and the ARN of the role with the policy, or of the resource that the policy protects. */
  holder: string;
  arn: string;
  policy: string;
  document: PolicyDocument;
  statement: Statement;
  /** The principal in a resource policy's statement. */
  principal?: string;
  action: string;
  resource: string;
}

/** Lists every grant of the installed system: of each role, its trust policy, and the key, the bucket, the repository and the bus. */
export function listGrants(system: SystemDeclaration): Grant[] {
  const { roles, bus } = system;
  const { key, bucket, repository } = getFirstPipeline(system);
  const shared = (holder: string, arn: string, document: PolicyDocument) =>
    grantsIn({ holder, arn, policy: 'resource policy', document });
  const trusted = roles.filter(({ trust }) => trust.Statement.some((one) => principalsOf(one)[0]!.principal));
  return [
    ...roles.flatMap(({ name: holder, arn, policies }) =>
      Object.entries(policies).flatMap(([policy, document]) => grantsIn({ holder, arn, policy, document })),
    ),
    // A service assumes its role without a recorded call. Only AssumeRole by a trusted account is recorded.
    ...trusted.flatMap(({ name, arn, trust }) => shared(`trust in ${name}`, arn, trust)),
    ...shared('key', key.arn, key.policy),
    ...shared('bucket', bucket.arn, bucket.policy),
    ...shared('repository', repository.arn, onItself(repository.policy!)),
    ...shared('bus', bus[0]!.statement.Resource![0]!, lettingIn(bus)),
  ];
}

const lettingIn = (bus: SystemDeclaration['bus']): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: bus.map(({ statement }) => statement),
});

/** A repository's policy has no Resource element. The evaluator needs one for a separate evaluation. */
const onItself = ({ Version, Statement }: PolicyDocument): PolicyDocument => ({
  Version,
  Statement: Statement.map((one) => ({ Resource: ['*'], ...one })),
});

const grantsIn = (from: Pick<Grant, 'holder' | 'arn' | 'policy' | 'document'>): Grant[] =>
  from.document.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) =>
    principalsOf(statement).flatMap((principal) =>
      statement.Action.flatMap((action) =>
        (statement.Resource ?? ['*']).map((resource) => ({ ...from, statement, ...principal, action, resource })),
      ),
    ),
  );

const principalsOf = ({ Principal }: Statement): { principal?: string }[] =>
  typeof Principal === 'object' && 'AWS' in Principal ? Principal.AWS.map((principal) => ({ principal })) : [{}];

/** Whether this grant allowed this call, alone or with others. */
export function isAllowedByGrant(call: AuthorizationRecord, grant: Grant): boolean {
  const { arn, policy, statement, principal, action, resource } = grant;
  const theirs =
    principal === undefined
      ? call.request.caller.roleArn === arn
      : call.resource.startsWith(arn) && isCaller(principal, call);
  return (
    theirs &&
    call.denied === undefined &&
    call.allowedBy.includes(`${policy}/${statement.Sid}`) &&
    covers(action, call.action) &&
    covers(resource, call.resource)
  );
}

const isCaller = (principal: string, { request: { caller } }: AuthorizationRecord): boolean =>
  principal.endsWith(':root') ? principal.includes(`::${caller.account}:`) : principal === caller.roleArn;

const covers = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$`).test(name);

/** Returns the policy without this grant and with all the others. */
export function removeGrant({ document, statement, principal, action, resource }: Grant): PolicyDocument {
  const { Principal, Resource, ...rest } = statement;
  const narrowed = (part: Partial<Statement>): Statement => ({
    ...rest,
    ...(Principal && { Principal }),
    ...(Resource && { Resource }),
    ...part,
  });
  const others = {
    principals:
      principal === undefined
        ? []
        : allBut(
            principalsOf(statement).map((one) => one.principal!),
            principal,
          ),
    actions: allBut(statement.Action, action),
    resources: allBut(Resource ?? [], resource),
  };
  const only = principal === undefined ? {} : { Principal: { AWS: [principal] } };
  const kept = [
    ...(others.principals.length > 0 ? [narrowed({ Principal: { AWS: others.principals } })] : []),
    ...(others.actions.length > 0 ? [narrowed({ ...only, Action: others.actions })] : []),
    ...(others.resources.length > 0 ? [narrowed({ ...only, Action: [action], Resource: others.resources })] : []),
  ];
  // Each part gets its own Sid: a policy with a duplicate Sid is malformed.
  const parts = kept.map((part, index) => ({ ...part, Sid: `${statement.Sid.replace(/\W/g, '')}${index}` }));
  return { ...document, Statement: document.Statement.flatMap((one) => (one === statement ? parts : [one])) };
}

const allBut = (all: string[], one: string): string[] => all.filter((other) => other !== one);
