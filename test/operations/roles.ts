import { assumeTargetRole } from '../../aws/sts.ts';
import { sts } from '../../local/sts.ts';
import { targetFields } from '../security/attempts.ts';
import { buildAccountId, startCloud } from '../start.ts';
import type { MessageCatalogue } from './validation-errors.ts';

const { as, cloud } = await startCloud(sts);

/** The only message that needs a denial by AWS. The embedded AWS denies a role that does not exist. */
export const roleErrors: MessageCatalogue = {
  'cannot be assumed': async () => {
    const { accessKeyId, secretAccessKey } = as(buildAccountId).credentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    await assumeTargetRole(
      targetFields,
      { execution: 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1', access: 'check target' },
      new Date(),
    );
  },
};
