import type { AwsService, Cloud } from '../../local/cloud.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, startCloud } from '../start.ts';

export const functionRole = `arn:aws:iam::${buildAccountId}:role/function`;

const policy = (Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Own', Effect: 'Allow', Action, Resource: '*' }],
});

/** Starts an embedded AWS. The environment's credentials belong to a role of its build account, as those of a function do. */
export async function createBuildAccount(...services: ((cloud: Cloud) => AwsService)[]) {
  const started = await startCloud(...services);
  /** Allows the function's role exactly these actions. */
  const may = (...actions: string[]) =>
    started.cloud.iam.roles.set(functionRole, {
      arn: functionRole,
      trust: { Version: '2012-10-17', Statement: [] },
      policies: { own: policy(actions) },
    });
  const credentials = started.cloud.iam.issueCredentials(started.cloud.iam.session(functionRole, 'function'), 3600);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: started.cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  return { ...started, may };
}
