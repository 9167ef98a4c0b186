import { getFirstPipeline } from '../local/run/first-pipeline.ts';
import type { InProcessSystem } from '../local/run/in-process-system.ts';

const bucket = 'arn:aws:s3:::sources';

/** Lets the pipeline role read every object of the source bucket. A run has several pipelines, and the configuration names the source of only one. */
export function allowOtherSources({ cloud, system }: InProcessSystem): void {
  const role = cloud.iam.roles.get(getFirstPipeline(system).pipeline.roleArn)!;
  const statement = { Sid: 'Sources', Effect: 'Allow', Action: 's3:Get*', Resource: [bucket, `${bucket}/*`] };
  const sources = { Version: '2012-10-17' as const, Statement: [statement] };
  cloud.iam.roles.set(role.arn, { ...role, policies: { ...role.policies, sources } });
}
