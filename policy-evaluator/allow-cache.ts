import type { Caller, PolicyDocument, RequestCircumstances } from './caller.ts';

/** The caller, action, resource and Region of a request. */
export interface AccessQuestion {
  caller: Caller;
  region: string;
  action: string;
  resource: string;
  circumstances: RequestCircumstances;
}

/** A number for a policy's text. Two documents with equal text have the same number, also across clouds. */
interface PolicyId {
  id: number;
  /** Whether the policy's conditions depend on the time. */
  usesTime: boolean;
  /** Whether the policy names role sessions as principals, so that the result depends on the session. */
  namesSessions: boolean;
}

const noPolicy: PolicyId = { id: 0, usesTime: false, namesSessions: false };
const byText = new Map<string, PolicyId>();
const byDocument = new WeakMap<object, PolicyId>();

/** Serializes a document once. Policies are replaced, never changed. */
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
 * Removes the session's name from the principal. Only a `Principal` element of a resource policy can match it
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). The context contains all properties of a session that conditions
 * can test.
 */
const withoutSession = (arn: string): string => arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');

/** Returns a key that is the same for all questions with the same answer under these policies; undefined if the answer can change with time. */
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

/** The statements that allowed an access, by its key. An entry takes some hundred bytes. */
const allowed = new Map<string, string[]>();
const maxEntries = 50_000;

/** Returns the cached statements that allowed this access. */
export const getCachedAllow = (key: string): string[] | undefined => allowed.get(key);

/** Caches the statements that allowed this access. A denial is not cached, because its message names the session. */
export function cacheAllow(key: string, allowedBy: string[]): void {
  if (allowed.size >= maxEntries) allowed.clear();
  allowed.set(key, allowedBy);
}
