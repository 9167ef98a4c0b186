import * as z from 'zod';
import { pathMistake } from '../artifact/path.ts';
import { once, roleArnOf } from '../config/targets.ts';
import type { ImageDefinition } from '../image/definitions.ts';
import type { ArtifactLocation, Base, Target } from '../model/release.ts';
import { escaped } from '../parsing/display-text.ts';
import type { Job } from './job.ts';

/** What is asked for, wherever it came from, every default filled in and every mistake reported already. */
export interface Request {
  target: Target;
  artifact?: ArtifactLocation | undefined;
  /** The file of the artifact that lists the images. */
  fileName: string;
  /** Given by hand in place of an artifact; an empty list, where none was given, deploys anew what runs. */
  images?: ImageDefinition[] | undefined;
  base: Base;
  force: boolean;
  timeoutMinutes: number;
  bakeMinutes: number;
  rollBackOnFailure: boolean;
  /** Who asked by hand, and why. */
  by?: string | undefined;
  reason?: string | undefined;
  job?: Job | undefined;
  /** The key that the pipeline declares for its artifacts; the one that an object has may be another. */
  encryptionKey?: string | undefined;
}

/** The longest deployment, in minutes: a custom action ends after 24 h whatever we do (CodePipeline quotas). */
const longest = 1440;
export const defaultMinutes = 60;
export const defaultFileName = 'imagedefinitions.json';

/** Of the whole input: the Start execution box takes any JSON. */
export const mustBeObject = 'must be a JSON object';

const name = /^[\w-]{1,255}$/;

/** A name of ECS, or the ARN that ends in it. */
const named = (kind: 'cluster' | 'service') => {
  const arn = new RegExp(`^arn:aws[\\w-]*:ecs:[\\w-]+:\\d{12}:${kind}/(?:[\\w-]+/)?(?=[\\w-]+$)`);
  const must = `must be the name or ARN of the ECS ${kind}`;
  return z
    .string(must)
    .transform((text) => text.replace(arn, ''))
    .refine((text) => name.test(text), must);
};

/** Roles that Gantry may assume: those of the configured targets and no other, so that an input cannot turn it against a stranger's account. */
const roleArn = (roles: string[]) =>
  z
    .string(`must be the ARN of a target's role, such as ${roles[0]}`)
    .refine((arn) => roles.includes(arn), `must be the role of a target in gantry.config.ts (${roles.join(', ')})`);

const minutesMust = `must be a whole number of minutes from 1 to ${longest}`;
const minutes = z.int(minutesMust).min(1, minutesMust).max(longest, minutesMust);

const bakeMust = `must be a whole number of minutes from 0 to ${longest}`;
const bake = z.int(bakeMust).min(0, bakeMust).max(longest, bakeMust);

/** A rollout and the watch after it end within a custom action's day. */
export const fitsInADay = (timeoutMinutes: number, bakeMinutes: number): boolean =>
  timeoutMinutes + bakeMinutes <= longest;
export const dayMust = `must leave room for the time-out: both together are at most ${longest} minutes`;

/** Buckets of S3 only: no ARN of an access point, no host of somebody else's (S3 user guide, bucketnamingrules). */
const bucketMust = 'must be the name of a bucket';
const keyMust = 'must be the key of an object, 1-1024 characters';
const object = {
  bucket: z.string(bucketMust).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, bucketMust),
  key: z
    .string(keyMust)
    .min(1, keyMust)
    .max(1024, keyMust)
    .refine((key) => key.isWellFormed(), keyMust),
};

const file = z.string('must be the path of a file in the artifact').superRefine((path, context) => {
  const mistake = pathMistake(path);
  if (mistake !== undefined) context.addIssue(`must be the path of a file in the artifact, but ${mistake}`);
});

const baseOf = (text: string): Base => {
  if (text === '') return { from: 'service' };
  return text === 'latest' ? { from: 'latest' } : { from: 'file', path: text };
};

const revisionMust = 'must be a revision such as web:12, or its ARN';
const revision = z
  .string(revisionMust)
  .regex(/^(?:arn:aws[\w-]*:ecs:[\w-]+:\d{12}:task-definition\/)?[\w-]{1,255}:[1-9]\d*$/, revisionMust);

/** Whether a revision is one of the target's account and Region; a bare name always is. */
export const isOfTarget = (revision: string, { roleArn: role, region }: Target): boolean =>
  !revision.startsWith('arn:') || revision.includes(`:ecs:${region}:${role.split(':')[4]}:`);

const text = (longestText: number) => {
  const must = `must be a text of 1 to ${longestText} characters`;
  return z.string(must).min(1, must).max(longestText, must).transform(escaped);
};

const externalIdMust = 'must be 2-1224 letters, digits or +=,.@:/- (what the role asks for)';
const yesOrNo = 'must be true or false';

/** The fields of a request, each with the sentence that says what it must be. Roles come from the configuration. */
export const fieldsOf = once((config, stage) => ({
  roleArn: roleArn([...new Set(config.targets.map((target) => roleArnOf(target, stage)))]),
  region: z.string('must be a Region').regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a Region, such as eu-west-1'),
  object,
  versionId: object.key.optional(),
  cluster: named('cluster'),
  service: named('service'),
  externalId: z.string(externalIdMust).regex(/^[\w+=,.@:/-]{2,1224}$/, externalIdMust),
  file,
  fileName: file.default(defaultFileName),
  base: z
    .union(
      [z.enum(['', 'latest']), file],
      'must be empty (the revision that runs), "latest", or the path of a file in the artifact',
    )
    .default('')
    .transform(baseOf),
  minutes,
  minutesText: z.string().regex(/^\d+$/, minutesMust).transform(Number).pipe(minutes).default(defaultMinutes),
  bake,
  bakeText: z.string().regex(/^\d+$/, bakeMust).transform(Number).pipe(bake).default(0),
  revision: revision.optional(),
  by: text(256).optional(),
  reason: text(1000).optional(),
  rollBack: z.boolean(yesOrNo).default(true),
  rollBackText: z
    .enum(['true', 'false'], yesOrNo)
    .default('true')
    .transform((text) => text === 'true'),
}));
