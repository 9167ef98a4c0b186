import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../cloud.ts';
import { getAuthorizedLatest } from './resolve-function.ts';

export const addPermissionSchema = z.strictObject({
  FunctionName: z.string(),
  StatementId: z.string().regex(/^[\w-]{1,100}$/),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/** Adds a statement for a service to a function's policy, with the condition that Lambda writes for a source ARN (botocore lambda AddPermission). */
export async function addPermission(input: z.infer<typeof addPermissionSchema>, call: Call) {
  const fn = await getAuthorizedLatest(call, input.FunctionName, 'lambda:AddPermission');
  const { StatementId: Sid, Action, Principal, SourceArn } = input;
  const statements = fn.policy?.Statement ?? [];
  if (statements.some((one) => one.Sid === Sid))
    throw new AwsError('ResourceConflictException', `The statement id (${Sid}) provided already exists.`, 409);
  const added = {
    Sid,
    Effect: 'Allow' as const,
    Principal: { Service: Principal },
    Action,
    Resource: fn.arn,
    ...(SourceArn === undefined ? {} : { Condition: { ArnLike: { 'AWS:SourceArn': SourceArn } } }),
  };
  fn.policy = { Version: '2012-10-17', Statement: [...statements, added] };
  return { Statement: JSON.stringify(added) };
}
