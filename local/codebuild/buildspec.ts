import { parse } from 'yaml';
import { z } from 'zod';

const commandsSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat())
  .default([]);

/** In YAML 1.2 `yes` and `no` are text; CodeBuild reads them as booleans. */
const yesOrNoSchema = z.union([z.boolean(), z.enum(['yes', 'no']).transform((text) => text === 'yes')]);
const variableSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const phaseSchema = z.strictObject({
  commands: commandsSchema,
  finally: commandsSchema,
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
  /** Ignored: a build uses the runtimes of this machine. */
  'runtime-versions': z.record(z.string(), z.unknown()).optional(),
});

const buildspecSchema = z.strictObject({
  version: z.literal(0.2),
  env: z
    .strictObject({
      shell: z.enum(['bash', 'sh']).optional(),
      variables: z.record(z.string(), variableSchema).default({}),
      'exported-variables': z.array(z.string().regex(/^\w+$/)).default([]),
    })
    .default({ variables: {}, 'exported-variables': [] }),
  phases: z.strictObject({
    install: phaseSchema.optional(),
    pre_build: phaseSchema.optional(),
    build: phaseSchema.optional(),
    post_build: phaseSchema.optional(),
  }),
  artifacts: z
    .strictObject({
      files: z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat()),
      name: z.string().optional(),
      'discard-paths': yesOrNoSchema.default(false),
      'base-directory': z.string().default('.'),
    })
    .optional(),
  /** Accepted and ignored, because the emulator caches nothing between builds. */
  cache: z.unknown().optional(),
});

export type Buildspec = z.infer<typeof buildspecSchema>;
export type PhaseName = keyof Buildspec['phases'];

/** The phases of a buildspec in their order (docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html). */
export const phaseNames: readonly PhaseName[] = ['install', 'pre_build', 'build', 'post_build'];

/** Parses a buildspec of version 0.2. Throws an Error that names the line, or the part that the emulator does not support. */
export function parseBuildspec(source: string): Buildspec {
  const result = buildspecSchema.safeParse(parse(source));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue?.path.join('.') || 'buildspec'}: ${issue?.message}`);
}
