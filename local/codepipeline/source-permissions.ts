import { authorize } from '../authorize.ts';
import type { Call } from '../cloud.ts';
import { type ActionCaller, ActionFailure } from './execution.ts';
import type { ActionContext } from './state.ts';

/** The actions that CodePipeline documents for its artifact bucket (User Guide, "Manage the CodePipeline service role"). */
export const storePermissions = {
  bucket: ['s3:GetBucketVersioning', 's3:GetBucketAcl', 's3:GetBucketLocation'],
  object: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject', 's3:GetObjectVersion'],
};

/** Also needed if the source object can have tags. Only an S3 source has tags (the same page). */
export const storeTagPermissions = ['s3:PutObjectTagging', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'];

/** The actions that CodePipeline documents for the bucket of an S3 source (User Guide, "Amazon S3 source action reference"). */
export const s3SourcePermissions = {
  bucket: ['s3:GetBucketVersioning', 's3:GetBucketAcl', 's3:GetBucketLocation'],
  object: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
};

/** Checks the permission of the source action's role for each action on its resource. Throws AWS's denial of the first one that is missing. */
export async function requirePermissions(
  context: ActionContext,
  acting: ActionCaller,
  service: string,
  needed: [actions: string[], resource: string, conditionKeys?: Record<string, string>][],
): Promise<void> {
  const { cloud } = context.codePipeline;
  const call: Call = {
    cloud,
    ...acting,
    operation: `${context.run.action.actionTypeId.provider} source action`,
    allow: (action, resource, circumstances) => authorize(call, service, { action, resource, ...circumstances }),
  };
  for (const [actions, resource, conditionKeys] of needed)
    for (const action of actions)
      await cloud.clock.freezeDuring(
        call.allow(action, resource, conditionKeys === undefined ? {} : { context: conditionKeys }),
      );
}

/** Checks the permission to use a connection, which no embedded service owns. Throws CodePipeline's failure if it is missing. */
export async function requireConnection(
  context: ActionContext,
  acting: ActionCaller,
  { arn, repository }: { arn: string; repository: string },
): Promise<void> {
  const service = arn.split(':')[2] ?? 'codestar-connections';
  const conditionKeys = { [`${service}:FullRepositoryId`]: repository };
  await requirePermissions(context, acting, service, [[[`${service}:UseConnection`], arn, conditionKeys]]).catch(() => {
    throw new ActionFailure(
      'PermissionError',
      `Unable to use Connection: ${arn}. The provided role does not have sufficient permissions.`,
    );
  });
}
