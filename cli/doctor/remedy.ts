import type { Judgement } from '../../local/judge.ts';
import type { Facts, Policy } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Holder } from './holders.ts';
import type { Single } from './iam-request.ts';

type Denied = Extract<Judgement, { denied: string }>;
type Kind = Denied['lacking'][number];
type Statement = Record<string, unknown>;

/** How the judge names a statement of a resource's policy. */
const inTheResource = 'resource policy/';

/** Which policy refuses, which statement of it should have allowed, and what to change; where two policies lack it, both. */
export async function refusedBy(
  facts: Facts,
  { single, judgement }: { single: Single; judgement: Denied },
  asDeclared: (facts: Facts, single: Single) => Promise<Judgement>,
): Promise<Pick<Finding, 'policy' | 'statement' | 'fix'>> {
  const should = await asDeclared(facts, single);
  const allowing = 'allowedBy' in should ? should.allowedBy : [];
  const { deniedBy } = judgement;
  const remedies = toBlame(judgement, allowing).map((kind) => remedyOf({ kind, single, allowing, deniedBy }));
  const each = (field: 'policy' | 'statement' | 'fix') => remedies.map((remedy) => remedy[field]).join('; and ');
  return { policy: each('policy'), statement: each('statement'), fix: each('fix') };
}

/**
 * Within one account either policy could allow: then the one that is declared to is at fault, whichever lacks it too.
 * Where nothing is declared to allow it, whatever lacks it is.
 */
function toBlame({ lacking, deniedBy }: Denied, allowing: string[]): Kind[] {
  if (deniedBy.length > 0) return lacking;
  const declared = (['identity-based', 'resource-based'] as const).filter((kind) =>
    allowing.some((name) => isIn(kind, name)),
  );
  const both = lacking.filter((kind) => kind === 'session' || declared.includes(kind));
  return [both, declared, lacking].find((kinds) => kinds.length > 0) ?? [];
}

const isIn = (kind: Kind, name: string): boolean => name.startsWith(inTheResource) === (kind === 'resource-based');

interface Lack {
  kind: Kind;
  single: Single;
  /** The statements that allow it as declared, and those that forbid it as found, as `<policy>/<Sid>`. */
  allowing: string[];
  deniedBy: string[];
}

interface Remedy {
  policy: string;
  statement: string;
  fix: string;
}

function remedyOf({ kind, single, allowing, deniedBy }: Lack): Remedy {
  const holder = single.holders.find((one) => one.kind === kind);
  if (holder === undefined)
    return { policy: `${kind} policy`, statement: 'none', fix: `allow ${single.action} on ${single.resource}` };
  const own = (name: string): boolean => isIn(kind, name);
  const denying = deniedBy.find(own);
  if (denying !== undefined)
    return { ...placeOf(holder, denying), fix: `it denies ${single.action}: remove or narrow it` };
  const should = allowing.filter(own).find((name) => differs(holder, name)) ?? allowing.find(own);
  if (should === undefined)
    return {
      policy: holder.name,
      statement: 'none',
      fix: `allow ${single.action} on ${single.resource} to ${whoOf(single)}`,
    };
  return {
    ...placeOf(holder, should),
    fix: change(statementOf(holder.declared, should), statementOf(holder.policies, should)),
  };
}

/** Of several statements that would do, the one that is no longer as declared is the one to put right. */
const differs = (holder: Holder, name: string): boolean =>
  JSON.stringify(statementOf(holder.declared, name)) !== JSON.stringify(statementOf(holder.policies, name));

const whoOf = ({ by }: Single): string => (typeof by === 'string' ? by : by.service);

const placeOf = (holder: Holder, name: string): Pick<Remedy, 'policy' | 'statement'> => ({
  policy: holder.kind === 'identity-based' ? `${holder.name}, ${name.split('/')[0]}` : holder.name,
  statement: name.slice(name.lastIndexOf('/') + 1),
});

const statementOf = (policies: Record<string, Policy>, name: string): Statement | undefined => {
  const [policy = '', sid] = name.split('/');
  const documents = `${policy}/` === inTheResource ? Object.values(policies) : [policies[policy]];
  return documents.flatMap((document) => document?.Statement ?? []).find(({ Sid }) => Sid === sid);
};

/** What makes the statement as it was found into the one that is declared, in words. */
function change(declared: Statement = {}, found: Statement | undefined): string {
  if (found === undefined) return `add the statement ${JSON.stringify(declared)}`;
  const additions = ['Principal', 'Action', 'Resource'].flatMap((field) => {
    const present = new Set(valuesOf(found[field]));
    const absent = valuesOf(declared[field]).filter((value) => !present.has(value));
    return absent.length === 0 ? [] : [`add ${absent.join(', ')} to its ${field}`];
  });
  const conditions =
    JSON.stringify(declared.Condition) === JSON.stringify(found.Condition) ? [] : [condition(declared)];
  const changes = [...additions, ...conditions];
  return changes.length > 0 ? changes.join(', ') : `make it ${JSON.stringify(declared)}`;
}

const condition = ({ Condition }: Statement): string =>
  Condition === undefined ? 'remove its Condition' : `set its Condition to ${JSON.stringify(Condition)}`;

/** A field's values, whether it is a text, a list or a principal's map of these. */
function valuesOf(field: unknown): string[] {
  if (typeof field === 'string') return [field];
  if (Array.isArray(field)) return field.map(String);
  return typeof field === 'object' && field !== null ? Object.values(field).flatMap(valuesOf) : [];
}
