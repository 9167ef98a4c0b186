import type { Policy } from './facts.ts';
import type { PolicySource } from './policy-sources.ts';

/** A service that calls for an account. `sendsSourceAccount` is false for a call without the key `aws:SourceAccount`. */
export interface ServiceCaller {
  service: string;
  account: string;
  sendsSourceAccount?: boolean;
}

/** A caller, an action and a resource. `by` is a role's ARN or a service. */
export interface IamRequest {
  by: string | ServiceCaller;
  actions: string[];
  on: string[];
  region: string;
  context?: Record<string, string>;
  /** The session policy that a role acts under, by which the session can do less than the role. */
  session?: Policy;
}

/** One action on one resource, with the policies that decide about it. */
export interface SingleIamRequest extends IamRequest {
  action: string;
  resource: string;
  holders: PolicySource[];
}
