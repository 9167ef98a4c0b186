import { assume } from '../../aws/sts.ts';
import { sts } from '../../local/sts.ts';
import { spelledOut } from '../security/attempts.ts';
import { build, start } from '../start.ts';
import type { Catalogue } from './mistakes.ts';

const { as, cloud } = await start(sts);

/** The one message that only AWS's own refusal brings about: a role that does not exist, in the embedded AWS. */
export const roles: Catalogue = {
  'cannot be assumed': async () => {
    const { accessKeyId, secretAccessKey } = as(build).credentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    await assume(spelledOut, 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1', new Date());
  },
};
