import type { Policy } from './facts.ts';
import type { PolicySource } from './policy-sources.ts';

/** Who would do what on what. `by` is a role's ARN, or a service such as `codebuild.amazonaws.com` for an account. */
export interface IamRequest {
  by: string | { service: string; account: string };
  actions: string[];
  on: string[];
  region: string;
  context?: Record<string, string>;
  /** The session policy that a role acts under, by which the session can do less than the role. */
  session?: Policy;
}

/** One action on one resource, with the policies that have a say in it. */
export interface SingleIamRequest extends IamRequest {
  action: string;
  resource: string;
  holders: PolicySource[];
}
