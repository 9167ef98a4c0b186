import * as z from 'zod';
import config from '#config';
import { createLambdaHandler } from '../aws/lambda.ts';
import { readReleaseFacts } from '../aws/release-facts.ts';
import { omitTasksIfStageRollback } from '../aws/stage-rollback.ts';
import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import type { Release } from '../core/model/release.ts';
import { awsTimeSchema } from '../core/parsing/time.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { calculateDeadline, createRelease, formatRequestedTargetName } from '../core/request/release.ts';
import { rethrowAsDeadlineFailure } from '../core/waiting/deadline.ts';

const eventSchema = z.object({
  execution: z.string().optional(),
  started: awsTimeSchema.optional(),
  input: z.unknown(),
});

const activity = 'read the images';

/**
 * State Read Images: validates the request, reads the artifact and pins every image to its digest, before anything is changed. The first target that reads
 * an artifact records its bytes and digests. A later target gets the same bytes and digests, or is refused.
 */
export const handler = createLambdaHandler(
  (given) => {
    const { execution, started, input } = eventSchema.parse(given);
    const request = parseDeployRequest(input, config, process.env.STAGE);
    const denied =
      request.job === undefined ? checkManualStartAllowed('deploy', config, request.target.name) : undefined;
    if (denied !== undefined) throw denied;
    return { execution, started, request };
  },
  async ({ execution, started, request }, { now }): Promise<Release> => {
    const deadline = calculateDeadline(request, started === undefined ? now : new Date(started));
    const records = { target: formatRequestedTargetName(request), now, readOnly: false };
    const context = { config, stage: process.env.STAGE, records, execution };
    const findings = await readReleaseFacts(request, context).catch(
      rethrowAsDeadlineFailure({ deadline }, now, activity),
    );
    const asked = await omitTasksIfStageRollback(request).catch(rethrowAsDeadlineFailure({ deadline }, now, activity));
    return createRelease(asked, findings, deadline);
  },
);
