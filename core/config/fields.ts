import * as z from 'zod';
import { findPathError, normalizePath } from '../parsing/file-path.ts';
import { supportedRegions } from './regions.ts';

/* The text fields of a configuration, each with the sentence that says what it must be. */

export const createPatternSchema = (pattern: RegExp, must: string) => z.string(must).regex(pattern, must);

export const accountIdSchema = createPatternSchema(/^\d{12}$/, 'must be an account id: twelve digits in quotes');
export const regionSchema = z
  .string('must be a Region, such as eu-west-1')
  .refine(
    (name) => supportedRegions.includes(name),
    'must be a Region of the partitions aws, aws-cn or aws-us-gov, such as eu-west-1',
  );
// botocore iam `roleNameType` (64) and `pathType` (512) without the leading slash. The ARN is derived from the target's account.
export const roleNameWithPathSchema = createPatternSchema(
  /^(?=.{0,511}$|.{0,510}\/[^/]+$)([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
  'must be the name of a role, not its ARN: 1-64 letters, digits or +=,.@_-',
);
// A hyphen and a stage of up to 14 characters can follow (core/config/resource-names.ts).
export const createdRoleNameWithPathSchema = createPatternSchema(
  /^(?=.{0,511}$|.{0,510}\/[^/]+$)([\w+=,.@-]+\/)*[\w+=,.@-]{1,49}$/,
  'must be the name of a role, not its ARN: 1-49 letters, digits or +=,.@_-',
);
// In a trust policy, `aws:PrincipalArn` is compared: for a session, it is the ARN of the role (IAM User Guide, "AWS global condition context keys").
export const principalArnSchema = createPatternSchema(
  /^arn:aws[\w-]*:iam::\d{12}:(root|(user|role)\/[\w+=,.@/*-]{1,576})$/,
  'must be the ARN of a user, a role or an account root, such as arn:aws:iam::111111111111:role/developers',
);
export const ecsNameSchema = createPatternSchema(
  /^[A-Za-z0-9_-]{1,255}$/,
  'must be 1-255 letters, digits, hyphens or underscores',
);
export const targetNameSchema = createPatternSchema(
  /^[a-z][a-z0-9-]{0,19}$/,
  'must be 1-20 lower-case letters, digits or hyphens, beginning with a letter',
);

const artifactPathMessage = 'must be the path of a file in the artifact';
/** The path of a file in the artifact, normalized to one spelling. */
export const artifactPathSchema = createPatternSchema(/^.{1,255}$/s, artifactPathMessage)
  .superRefine((path, context) => {
    const error = findPathError(path);
    if (error !== undefined) context.addIssue(`${artifactPathMessage}, but ${error}`);
  })
  .transform(normalizePath);
