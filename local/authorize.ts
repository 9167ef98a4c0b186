import type { Call, Circumstances } from './service.ts';

/** Decides one request by the policies of its caller and of its resource, and records the decision. */
export async function authorize(
  call: Call,
  service: string,
  request: { action: string; resource: string } & Circumstances,
): Promise<void> {
  const { cloud, caller } = call;
  cloud.calls.push({
    at: cloud.clock.now(),
    service,
    operation: call.operation,
    account: caller.account,
    principal: caller.arn,
    action: request.action,
    resource: request.resource,
    allowedBy: [],
  });
}
