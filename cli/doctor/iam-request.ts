import type { Policy } from './facts.ts';
import type { PolicySource } from './policy-sources.ts';

/** A service that sends a request on behalf of an account. `sendsSourceAccount` is false for a request without the key `aws:SourceAccount`. */
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
  /** The session policy of the role's session. The session cannot do more than this policy allows. */
  session?: Policy;
}

/** One action on one resource, with the policies that decide about the request. */
export interface SingleIamRequest extends IamRequest {
  action: string;
  resource: string;
  holders: PolicySource[];
}
