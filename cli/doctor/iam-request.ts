import type { Policy } from './facts.ts';
import type { Holder } from './holders.ts';

/** Who would do what on what. `by` is a role's ARN, or a service such as `codebuild.amazonaws.com` for an account. */
export interface Ask {
  by: string | { service: string; account: string };
  actions: string[];
  on: string[];
  region: string;
  context?: Record<string, string>;
  /** The session policy that a role acts under, by which the session can do less than the role. */
  session?: Policy;
}

/** One action on one resource, with the policies that have a say in it. */
export interface Single extends Ask {
  action: string;
  resource: string;
  holders: Holder[];
}
