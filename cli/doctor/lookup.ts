import * as z from 'zod';
import { toFailure } from '../../core/errors/aws-failure.ts';
import type { LookupResult, Policy } from './facts.ts';

/** Calls an adapter. Undefined means that the resource does not exist, and an error means that it could not be read. */
export async function lookUp<Thing>(
  what: { thing: string; account: string },
  read: () => Promise<Thing | undefined>,
): Promise<LookupResult<Thing>> {
  try {
    const found = await read();
    return found === undefined ? { missing: `there is no ${what.thing} in account ${what.account}` } : { found };
  } catch (error) {
    const { message } = toFailure(error, `reading the ${what.thing}`);
    return { unread: `the ${what.thing} cannot be read: ${message}` };
  }
}

/** Converts the value of a found resource. The result for a missing or unreadable one is unchanged. */
export const mapLookup = <From, To>(from: LookupResult<From>, to: (found: From) => To): LookupResult<To> =>
  'found' in from ? { found: to(from.found) } : from;

const policyStatementSchema = z.record(z.string(), z.unknown());
const policyDocumentSchema = z.object({
  Statement: z.union([z.array(policyStatementSchema), policyStatementSchema.transform((one) => [one])]),
});

/**
 * Parses a policy from JSON text. An empty text is a policy without statements. The version is dropped: the older version 2008-10-17 differs only because it
 * treats policy variables as plain text (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html).
 */
export const parsePolicyText = (text: string): Policy => ({
  Version: '2012-10-17',
  Statement: text === '' ? [] : policyDocumentSchema.parse(JSON.parse(text)).Statement,
});
