import { z } from 'zod';
import type { PolicyDocument } from '../policy-evaluator/caller.ts';
import { AwsError } from './aws-error.ts';

const statementSchema = z.record(z.string(), z.unknown());

const policyDocumentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});

/**
 * Parses a policy from JSON text, as the APIs take it; throws `code` if the text is invalid. Its statements are evaluated only
 * when they are used.
 */
export function parsePolicy(text: string, code: string): PolicyDocument {
  try {
    const { Version, Statement } = policyDocumentSchema.parse(JSON.parse(text));
    return { Version, Statement };
  } catch (error) {
    throw new AwsError(code, `This policy contains invalid Json or no statements: ${String(error)}`);
  }
}
