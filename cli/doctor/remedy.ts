import type { PolicyDecision } from '../../policy-evaluator/evaluate-policies.ts';
import type { CheckOutcome } from './check-result.ts';
import type { DoctorFacts, Policy } from './facts.ts';
import type { SingleIamRequest } from './iam-request.ts';
import type { PolicySource } from './policy-sources.ts';

type Denied = Extract<PolicyDecision, { denied: string }>;
type PolicyKind = Denied['lacking'][number];
type Statement = Record<string, unknown>;

/** The evaluator's prefix for the statements of a resource's policy. */
const resourcePolicyPrefix = 'resource policy/';

/** The policy that does not allow the request, the statement that should allow it, and what to change. If two policies lack the permission, names both. */
export async function describeRemedy(
  facts: DoctorFacts,
  { single, judgement }: { single: SingleIamRequest; judgement: Denied },
  asDeclared: (facts: DoctorFacts, single: SingleIamRequest) => Promise<PolicyDecision>,
): Promise<Pick<CheckOutcome, 'policy' | 'statement' | 'fix'>> {
  const should = await asDeclared(facts, single);
  const allowing = 'allowedBy' in should ? should.allowedBy : [];
  const { deniedBy } = judgement;
  const remedies = choosePoliciesToFix(judgement, allowing).map((kind) =>
    createRemedy({ kind, single, allowing, deniedBy }),
  );
  const each = (field: 'policy' | 'statement' | 'fix') => remedies.map((remedy) => remedy[field]).join('; and ');
  return { policy: each('policy'), statement: each('statement'), fix: each('fix') };
}

/**
 * Within one account, one of the two policies is enough to allow a request. So only the policy that is declared to allow the request must be fixed. If neither
 * policy is declared to allow it, every policy that lacks the permission has to be fixed.
 */
function choosePoliciesToFix({ lacking, deniedBy }: Denied, allowing: string[]): PolicyKind[] {
  if (deniedBy.length > 0) return lacking;
  const declared = (['identity-based', 'resource-based'] as const).filter((kind) =>
    allowing.some((name) => isStatementOfKind(kind, name)),
  );
  const both = lacking.filter((kind) => kind === 'session' || declared.includes(kind));
  return [both, declared, lacking].find((kinds) => kinds.length > 0) ?? [];
}

const isStatementOfKind = (kind: PolicyKind, name: string): boolean =>
  name.startsWith(resourcePolicyPrefix) === (kind === 'resource-based');

interface MissingPermission {
  kind: PolicyKind;
  single: SingleIamRequest;
  /** The declared statements that allow the request, and the existing statements that deny it, as `<policy>/<Sid>`. */
  allowing: string[];
  deniedBy: string[];
}

interface Remedy {
  policy: string;
  statement: string;
  fix: string;
}

function createRemedy({ kind, single, allowing, deniedBy }: MissingPermission): Remedy {
  const holder = single.holders.find((one) => one.kind === kind);
  if (holder === undefined)
    return { policy: `${kind} policy`, statement: 'none', fix: `allow ${single.action} on ${single.resource}` };
  const own = (name: string): boolean => isStatementOfKind(kind, name);
  const denying = deniedBy.find(own);
  if (denying !== undefined)
    return { ...locateStatement(holder, denying), fix: `it denies ${single.action}: remove or narrow it` };
  const should = allowing.filter(own).find((name) => differsFromDeclared(holder, name)) ?? allowing.find(own);
  if (should === undefined)
    return {
      policy: holder.name,
      statement: 'none',
      fix: `allow ${single.action} on ${single.resource} to ${principalOf(single)}`,
    };
  return {
    ...locateStatement(holder, should),
    fix: describeChange(findStatement(holder.declared, should), findStatement(holder.policies, should)),
  };
}

/** If several statements would allow the request, the one that differs from its declaration has to be fixed. */
const differsFromDeclared = (holder: PolicySource, name: string): boolean =>
  JSON.stringify(findStatement(holder.declared, name)) !== JSON.stringify(findStatement(holder.policies, name));

const principalOf = ({ by }: SingleIamRequest): string => (typeof by === 'string' ? by : by.service);

const locateStatement = (holder: PolicySource, name: string): Pick<Remedy, 'policy' | 'statement'> => ({
  policy: holder.kind === 'identity-based' ? `${holder.name}, ${name.split('/')[0]}` : holder.name,
  statement: name.slice(name.lastIndexOf('/') + 1),
});

const findStatement = (policies: Record<string, Policy>, name: string): Statement | undefined => {
  const [policy = '', sid] = name.split('/');
  const documents = `${policy}/` === resourcePolicyPrefix ? Object.values(policies) : [policies[policy]];
  return documents.flatMap((document) => document?.Statement ?? []).find(({ Sid }) => Sid === sid);
};

/** The change from the found statement to the declared one, in words. */
function describeChange(declared: Statement = {}, found: Statement | undefined): string {
  if (found === undefined) return `add the statement ${JSON.stringify(declared)}`;
  const additions = ['Principal', 'Action', 'Resource'].flatMap((field) => {
    const present = new Set(listValues(found[field]));
    const absent = listValues(declared[field]).filter((value) => !present.has(value));
    return absent.length === 0 ? [] : [`add ${absent.join(', ')} to its ${field}`];
  });
  const conditions =
    JSON.stringify(declared.Condition) === JSON.stringify(found.Condition) ? [] : [describeConditionChange(declared)];
  const changes = [...additions, ...conditions];
  return changes.length > 0 ? changes.join(', ') : `make it ${JSON.stringify(declared)}`;
}

const describeConditionChange = ({ Condition }: Statement): string =>
  Condition === undefined ? 'remove its Condition' : `set its Condition to ${JSON.stringify(Condition)}`;

/** Returns the values of a statement's field, which can be a string, a list, or (for a principal) a map. */
function listValues(field: unknown): string[] {
  if (typeof field === 'string') return [field];
  if (Array.isArray(field)) return field.map(String);
  return typeof field === 'object' && field !== null ? Object.values(field).flatMap(listValues) : [];
}
