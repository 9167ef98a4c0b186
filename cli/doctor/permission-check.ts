import { formatCount } from '../../core/parsing/count.ts';
import { evaluatePolicies, type PolicyDecision } from '../../policy-evaluator/evaluate-policies.ts';
import { type Check, type CheckOutcome, okOutcome, skippedOutcome } from './check-result.ts';
import type { DoctorFacts, Policy } from './facts.ts';
import type { IamRequest, SingleIamRequest } from './iam-request.ts';
import { allowAllPolicies, findPolicySources, type PolicySource } from './policy-sources.ts';
import { describeRemedy } from './remedy.ts';

export interface PermissionCheck {
  link: Check['link'];
  about: string;
  /** `the build role` … `push the image`. */
  who: string;
  what: string;
  asks: IamRequest[];
}

/** A check that policies allow a request. It passes only if they allow every action on every resource. */
export const createPermissionCheck = ({ link, about, who, what, asks }: PermissionCheck): Check => ({
  link,
  about,
  title: `${who} may ${what}`,
  run: (facts) => evaluatePermission(facts, { who, what, singles: expandRequests(facts, asks) }),
});

const expandRequests = (facts: DoctorFacts, asks: IamRequest[]): SingleIamRequest[] =>
  asks.flatMap((ask) =>
    ask.on.flatMap((resource) =>
      ask.actions.map((action) => ({
        ...ask,
        action,
        resource,
        holders: findPolicySources(facts, ask.by, { action, resource }),
      })),
    ),
  );

async function evaluatePermission(
  facts: DoctorFacts,
  { who, what, singles }: { who: string; what: string; singles: SingleIamRequest[] },
): Promise<CheckOutcome> {
  const holders = singles.flatMap((single) => single.holders);
  const absent = holders.find(({ state }) => state === 'missing');
  if (absent !== undefined) return skippedOutcome(`${who} may ${what}`, absent.why);
  if (holders.length > 0 && holders.every(({ state }) => state === 'unread'))
    return skippedOutcome(`${who} may ${what}`, holders[0]?.why ?? '');
  const judged = await Promise.all(
    singles.map(async (single) => ({ single, judgement: await evaluateAsFound(facts, single) })),
  );
  const refused = judged.flatMap(({ single, judgement }) => ('denied' in judgement ? [{ single, judgement }] : []));
  const [first] = refused;
  if (first === undefined) return okOutcome(`${who} may ${what}${describeAssumptions(holders)}`);
  const actions = [...new Set(refused.map(({ single }) => single.action))].join(', ');
  return {
    state: 'NG',
    says: `${who} may not ${what} (${actions})`,
    ...(await describeRemedy(facts, first, evaluateAsDeclared)),
  };
}

/** Says what the result assumes about policies that could not be read: a policy of Gantry's is as declared, and a policy of somebody else allows the action. */
function describeAssumptions(holders: PolicySource[]): string {
  const unread = holders.filter(({ state }) => state === 'unread');
  const ours = formatSourceNames(unread.filter(({ declared }) => declared !== allowAllPolicies));
  const theirs = formatSourceNames(unread.filter(({ declared }) => declared === allowAllPolicies));
  const conditions = [ours && `taking ${ours} as declared`, theirs && `provided that ${theirs} allow it`];
  return conditions
    .filter((text) => text !== '')
    .map((text) => `, ${text}`)
    .join('');
}

function formatSourceNames(holders: PolicySource[]): string {
  const names = [...new Set(holders.map(({ name }) => name))];
  return names.length > 2 ? `the policies of ${formatCount(names.length, 'role')}` : names.join(' and ');
}

const evaluateAsFound = (facts: DoctorFacts, single: SingleIamRequest): Promise<PolicyDecision> =>
  evaluateRequest(facts, single, (holder) => holder.policies);

/** The same request under the declared policies, to find the statement that should have allowed the request. */
const evaluateAsDeclared = (facts: DoctorFacts, single: SingleIamRequest): Promise<PolicyDecision> =>
  evaluateRequest(facts, single, (holder) => holder.declared);

function evaluateRequest(
  facts: DoctorFacts,
  { by, action, resource, region, context, session, holders }: SingleIamRequest,
  pick: (holder: PolicySource) => Record<string, Policy>,
): Promise<PolicyDecision> {
  const identity = holders.find(({ kind }) => kind === 'identity-based');
  const about = holders.find(({ kind }) => kind === 'resource-based');
  const [policy] = about === undefined ? [] : Object.values(pick(about));
  return evaluatePolicies(
    {
      caller: { ...createCaller(by), ...(session && { sessionPolicy: session }) },
      region,
      at: facts.at,
      action,
      resource,
      circumstances: {
        ...(context && { context }),
        ...(policy && { policy: action.startsWith('ecr:') ? withResource(policy, resource) : policy }),
        ...(/^arn:[^:]+:s3:::/.test(resource) && { owner: facts.system.account }),
      },
    },
    identity === undefined ? {} : pick(identity),
  );
}

/** A repository's policy names no resource, but the evaluator needs one. */
export const withResource = ({ Version, Statement }: Policy, arn: string): Policy => ({
  Version,
  Statement: Statement.map((statement) => ({ Resource: arn, ...statement })),
});

/** The caller of a request, in the evaluator's form. */
export function createCaller(by: IamRequest['by']) {
  if (typeof by !== 'string')
    return {
      account: by.account,
      arn: by.service,
      ...(by.sendsSourceAccount === false && { sendsSourceAccount: false }),
    };
  const [, partition, , , account = ''] = by.split(':');
  return { account, roleArn: by, arn: `arn:${partition}:sts::${account}:assumed-role/${by.split('/').at(-1)}/doctor` };
}
