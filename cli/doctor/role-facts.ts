/** The result of a lookup: found, missing, or not readable (with what to do about it). */
export type LookupResult<Thing> = { found: Thing } | { missing: string } | { unread: string };

/** A policy as plain data. */
export interface Policy {
  Version: '2012-10-17';
  Statement: Record<string, unknown>[];
}

export interface RoleFacts {
  trust: Policy;
  policies: Record<string, Policy>;
}
