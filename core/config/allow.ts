import * as z from 'zod';
import { createPatternSchema } from './fields.ts';

const listSchema = (must: string) =>
  z.array(createPatternSchema(/^\S{1,2048}$/, must), `must be a list; each entry ${must}`).default([]);

/**
 * Additional requests that a task definition file in the artifact may make, beyond those of the running revision. Everybody who can push to the
 * repository can write that file. `*` in an entry matches any characters.
 */
export const allowSchema = z
  .strictObject(
    {
      /**
       * Privileged containers, and settings with similar power: added capabilities, devices, lifted confinements, the host's network, processes or
       * memory.
       */
      privileged: z.boolean('must be true or false').default(false),
      /** Volumes of the host, and Docker volumes. */
      hostVolumes: z.boolean('must be true or false').default(false),
      /** Secrets and parameters, for secrets, secretOptions, repositoryCredentials, credentialSpecs and FSx. */
      secrets: listSchema('must be the ARN of a secret or parameter, or the name of a parameter'),
      /** Objects of S3 that are environment files or FireLens configurations. */
      environmentFiles: listSchema('must be the ARN of an object: arn:PARTITION:s3:::BUCKET/KEY'),
      /** File systems of EFS, FSx and S3 Files, with all their content. */
      fileSystems: listSchema('must be the id or ARN of a file system, such as fs-0a1b2c3d'),
    },
    'must be { privileged, hostVolumes, secrets, environmentFiles, fileSystems }',
  )
  .prefault({});
