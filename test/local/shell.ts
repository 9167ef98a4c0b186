import type { Cloud } from '../../local/cloud.ts';
import { region } from '../start.ts';

/** What a program such as awscli finds in its environment to call a cloud with these keys; nothing else of this process' own but where programs are. */
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
