import * as z from 'zod';
import { allowSchema } from './allow.ts';
import { artifactPathSchema, createPatternSchema } from './fields.ts';

/** One pattern, or a list of patterns. */
const patternsSchema = (pattern: RegExp, must: string) => {
  const one = createPatternSchema(pattern, must);
  return z
    .union([one.transform((text) => [text]), z.array(one).min(1, must)], `${must}, or a list of such patterns`)
    .transform((patterns) => [...new Set(patterns)]);
};

// Names of clusters, services and families (ECS API reference), with `*`.
const ecsPatternsSchema = patternsSchema(
  /^[A-Za-z0-9_*-]{1,255}$/,
  'must be a pattern of 1-255 letters, digits, hyphens, underscores or *',
);

// botocore iam `roleNameType` and `pathType`, with `*`. Without a letter or digit, a release could give its tasks any role, also an administrator's.
const rolePatternSchema = createPatternSchema(
  /^(?=.*[A-Za-z0-9])[\w+=,.@*/-]{1,575}$/,
  'must be the name of a role or a pattern such as shop-*, with at least one letter or digit: "*" alone would allow every role of the account',
);

/** The settings of a release that a service or a target's `match` can have. */
export const releaseSettingFields = {
  /** The file in the artifact that lists the images. */
  fileName: artifactPathSchema.default('imagedefinitions.json'),
  /** A deployment that is not stable after this number of minutes has failed. */
  timeoutMinutes: z.int('must be a number of minutes, 1-1440').min(1).max(1440).default(60),
  /** How many minutes Gantry watches a stable deployment before it reports a success. */
  bakeMinutes: z.int('must be a number of minutes, 0-1440').min(0).max(1440).default(0),
  /** Whether an event can also roll back a deployment that Gantry did not make. */
  rollBackForeignDeployments: z.boolean('must be true or false').default(false),
  /** Whether the message of a failed release shows the end of the failed container's log. With "off", Gantry does not read the log. */
  logTail: z.enum(['message', 'off'], 'must be "message" or "off"').default('message'),
  /** Extra privileges that a task definition file in the artifact can request. Everybody who can push to the repository can change that file. */
  allow: allowSchema,
};

/** A custom action always ends after 24 hours (CodePipeline quotas). */
export const areSettingsWithinDayLimit = ({
  timeoutMinutes,
  bakeMinutes,
}: {
  timeoutMinutes: number;
  bakeMinutes: number;
}): boolean => timeoutMinutes + bakeMinutes <= 1440;
export const dayLimitError = {
  path: ['bakeMinutes'],
  message: 'must leave room for timeoutMinutes: both together are at most 1440',
};

/** Services of the cluster that need no entry in `services`, by patterns in which `*` matches any characters. */
export const matchSchema = z
  .strictObject(
    {
      /** Names of services. */
      services: ecsPatternsSchema,
      /** The task definition families that revisions are registered in. Default: the patterns of `services`. */
      families: ecsPatternsSchema.optional(),
      /** The execution roles and task roles that Gantry is allowed to pass. */
      passRoles: z.array(rolePatternSchema, 'must be a list of names or patterns of roles'),
      /** The log groups of the containers. Default: `/ecs/` and each pattern of `families`. */
      logGroups: patternsSchema(
        /^[\w./#*-]{1,512}$/,
        'must be the name of a log group, or a pattern such as /ecs/shop-*',
      ).optional(),
      ...releaseSettingFields,
    },
    'must be { services, families, passRoles, logGroups }',
  )
  .refine(areSettingsWithinDayLimit, dayLimitError)
  .transform(({ families, logGroups, ...match }) => {
    const ownFamilies = families ?? match.services;
    return { ...match, families: ownFamilies, logGroups: logGroups ?? ownFamilies.map((family) => `/ecs/${family}`) };
  });
