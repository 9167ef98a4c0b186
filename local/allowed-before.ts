import type { Caller, Circumstances, PolicyDocument } from './service.ts';

/** Who wants to do what on which resource, from which Region; everything that a decision depends on except the policies' text and the time. */
export interface Access {
  caller: Caller;
  region: string;
  action: string;
  resource: string;
  circumstances: Pick<Circumstances, 'context' | 'policy' | 'owner'>;
}

/** A policy's text by its number. Two documents with equal text have the same number, also those of two clouds. */
interface Numbered {
  id: number;
  /** Its conditions ask for the time. */
  asksTime: boolean;
  /** It names sessions of a role, so that it matters which session asks. */
  namesSessions: boolean;
}

const none: Numbered = { id: 0, asksTime: false, namesSessions: false };
const byText = new Map<string, Numbered>();
const byDocument = new WeakMap<object, Numbered>();

/** Reads a document's text once. Policies are replaced, never changed. */
function numbered(document: object | undefined): Numbered {
  if (document === undefined) return none;
  const known = byDocument.get(document);
  if (known !== undefined) return known;
  const text = JSON.stringify(document);
  const found = byText.get(text) ?? {
    id: byText.size + 1,
    asksTime: /aws:(CurrentTime|EpochTime)/i.test(text),
    namesSessions: text.includes('assumed-role/'),
  };
  byText.set(text, found);
  byDocument.set(document, found);
  return found;
}

/**
 * The principal without its session's name, which only a `Principal` of a resource's policy can ask for
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). What conditions see of a session comes as context.
 */
const anySession = (arn: string): string => arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');

/** The access under these policies as a key that equal questions share; undefined where the answer may change with time. */
export function accessKey(
  { caller, region, action, resource, circumstances }: Access,
  identity: Record<string, PolicyDocument>,
): string | undefined {
  const { policy, context, owner } = circumstances;
  const [own, session, theirs] = [identity, caller.sessionPolicy, policy].map(numbered);
  const all = [own, session, theirs];
  if (all.some((each) => each?.asksTime)) return undefined;
  const arn = theirs?.namesSessions ? caller.arn : anySession(caller.arn);
  const principal = [caller.account, arn, caller.roleArn, caller.context];
  return JSON.stringify([action, resource, region, principal, context, owner, all.map((each) => each?.id)]);
}

/** Which statements allowed an access, by its key. An entry takes some hundred bytes. */
const allowed = new Map<string, string[]>();
const mostRemembered = 50_000;

/** The statements that allowed this before. */
export const recallAllowed = (key: string): string[] | undefined => allowed.get(key);

export function rememberAllowed(key: string, allowedBy: string[]): void {
  if (allowed.size >= mostRemembered) allowed.clear();
  allowed.set(key, allowedBy);
}
