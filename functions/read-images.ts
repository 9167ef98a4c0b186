import * as z from 'zod';
import config from '#config';
import { door } from '../aws/lambda.ts';
import { lookAtRelease } from '../aws/release.ts';
import type { Release } from '../core/model/release.ts';
import { parseRequest } from '../core/request/parse.ts';
import { deadlineOf, releaseOf } from '../core/request/release.ts';
import { lastTry } from '../core/waiting/deadline.ts';

const event = z.object({ started: z.iso.datetime().optional(), input: z.unknown() });

const what = 'read the images';

/** State Read Images: understands what is asked, reads the artifact and pins every image to its digest, before anything is touched. */
export const handler = door(
  (given) => {
    const { started, input } = event.parse(given);
    return { started, request: parseRequest(input, config, process.env.STAGE) };
  },
  async ({ started, request }, { now }): Promise<Release> => {
    const deadline = deadlineOf(request, started === undefined ? now : new Date(started));
    const findings = await lookAtRelease(request, config).catch(lastTry({ deadline }, now, what));
    return releaseOf(request, findings, deadline);
  },
);
