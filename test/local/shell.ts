import type { Cloud } from '../../local/cloud.ts';
import { region } from '../start.ts';

/**
 * Returns the environment with which a program such as awscli calls a cloud with these keys. Of this process it inherits only
 * the PATH.
 */
export const createShellEnvironment = (
  { url }: Pick<Cloud, 'url'>,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
  home: string,
) => ({
  PATH: process.env.PATH,
  HOME: home,
  AWS_ENDPOINT_URL: url,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});
