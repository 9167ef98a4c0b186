import * as z from 'zod';
import { createPatternSchema } from './fields.ts';

/** The properties of a service that Gantry creates. */
export const createdServiceSchema = z.strictObject({
  /** The port that the first container listens on. */
  port: z.int('must be a port, 1-65535').min(1).max(65535).default(8080),
  /** The path of the load balancer's health check. */
  healthPath: createPatternSchema(/^\/.{0,1023}$/, 'must be a path that begins with /').default('/'),
  /** The image that runs until the first release. */
  image: createPatternSchema(/^\S{1,255}$/, 'must be an image').default(
    'public.ecr.aws/nginx/nginx-unprivileged:stable',
  ),
  /** The number of tasks. */
  desiredCount: z.int('must be a number, 0-5000').min(0).max(5000).default(2),
});
