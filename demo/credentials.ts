import type { RunningSystem } from '../local/run/start.ts';

/**
 * Lets the AWS clients of this process act as the build account's administrator. A client reads the environment when its module is loaded. So modules of the
 * command line are imported only after this call.
 */
export function useAdministratorCredentials({ cloud, system, administrators }: RunningSystem): void {
  const keys = administrators.get(system.account);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: system.region,
    AWS_ACCESS_KEY_ID: keys?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
  });
}
