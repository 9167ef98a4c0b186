import * as z from 'zod';
import config from '#config';
import { door } from '../aws/lambda.ts';
import { lookAtRelease } from '../aws/release.ts';
import type { Release } from '../core/deployment.ts';
import { releaseOf } from '../core/release.ts';
import { parseRequest } from '../core/request.ts';

const event = z.object({ input: z.unknown() });

/** State Read Images: understands what is asked, reads the artifact and pins every image to its digest, before anything is touched. */
export const handler = door(
  (given) => parseRequest(event.parse(given).input, config, process.env.STAGE),
  async (request, { now }): Promise<Release> => releaseOf(request, await lookAtRelease(request, config, now)),
);
