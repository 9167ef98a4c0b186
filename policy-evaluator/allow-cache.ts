import type { Caller, PolicyDocument, RequestCircumstances } from './caller.ts';

/** Who wants to do what on which resource, from which Region. */
export interface AccessQuestion {
  caller: Caller;
  region: string;
  action: string;
  resource: string;
  circumstances: RequestCircumstances;
}

/** A policy's text by a number. Two documents of equal text have the same one, also those of two clouds. */
interface PolicyId {
  id: number;
  /** Its conditions depend on the time. */
  usesTime: boolean;
  /** It names sessions of a role as principals, so that it matters which session asks. */
  namesSessions: boolean;
}

const noPolicy: PolicyId = { id: 0, usesTime: false, namesSessions: false };
const byText = new Map<string, PolicyId>();
const byDocument = new WeakMap<object, PolicyId>();

/** Writes a document as text once. Policies are replaced, never changed. */
function policyId(document: object | undefined): PolicyId {
  if (document === undefined) return noPolicy;
  const known = byDocument.get(document);
  if (known !== undefined) return known;
  const text = JSON.stringify(document);
  const found = byText.get(text) ?? {
    id: byText.size + 1,
    usesTime: /aws:(CurrentTime|EpochTime)/i.test(text),
    namesSessions: text.includes('assumed-role/'),
  };
  byText.set(text, found);
  byDocument.set(document, found);
  return found;
}

/**
 * The principal without its session's name, which only a `Principal` of a resource's policy can ask for
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). What conditions see of a session is in the context.
 */
const withoutSession = (arn: string): string => arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');

/** A key that questions with the same answer under these policies share; undefined where the answer may change with time. */
export function allowCacheKey(
  { caller, region, action, resource, circumstances }: AccessQuestion,
  identity: Record<string, PolicyDocument>,
): string | undefined {
  const { policy, context, owner } = circumstances;
  const ofResource = policyId(policy);
  const policies = [policyId(identity), policyId(caller.sessionPolicy), ofResource];
  if (policies.some(({ usesTime }) => usesTime)) return undefined;
  const arn = ofResource.namesSessions ? caller.arn : withoutSession(caller.arn);
  const principal = [caller.account, arn, caller.roleArn, caller.sendsSourceAccount, caller.context];
  return JSON.stringify([action, resource, region, principal, context, owner, policies.map(({ id }) => id)]);
}

/** Which statements allowed an access, by its key. An entry takes some hundred bytes. */
const allowed = new Map<string, string[]>();
const maxEntries = 50_000;

/** The statements that allowed this before. */
export const getCachedAllow = (key: string): string[] | undefined => allowed.get(key);

/** Keeps which statements allowed this. A denial is not kept: it names the session that asked. */
export function cacheAllow(key: string, allowedBy: string[]): void {
  if (allowed.size >= maxEntries) allowed.clear();
  allowed.set(key, allowedBy);
}
