import { readFileSync } from 'node:fs';
import type { PolicyDocument } from '../infra/policy.ts';

/** Returns the IAM policies that a page of docs/ shows as JSON, by the Sid of their first statement. */
export function readDocumentedPolicies(page: string): Record<string, PolicyDocument> {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```json\n(\{\s+"Version": "2012-10-17",[\s\S]*?)```/g)];
  const policies = blocks.map(([, json = '']): PolicyDocument => JSON.parse(json));
  return Object.fromEntries(policies.map((policy) => [policy.Statement[0]?.Sid ?? '', policy]));
}
