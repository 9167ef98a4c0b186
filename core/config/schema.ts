import * as z from 'zod';
import {
  accountIdSchema,
  createdRoleNameWithPathSchema,
  createPatternSchema,
  ecsNameSchema,
  regionSchema,
  roleNameWithPathSchema,
  targetNameSchema,
} from './fields.ts';
import { matchSchema } from './match-schema.ts';
import { notifySchema, topicArnSchema } from './notify-schema.ts';
import { allowedPipelinesSchema, installationNameSchema, pipelineConfigSchema } from './pipeline-schema.ts';
import { serviceConfigSchema } from './service-schema.ts';
import { artifactStoreSchema } from './source-schema.ts';
import {
  builtInActionError,
  canReadForBuiltInAction,
  hasRoomForViewers,
  targetAccessFields,
  viewersError,
} from './target-access.ts';

const targetConfigSchema = z
  .strictObject({
    /** The name of the target: `test`, `prod`. */
    name: targetNameSchema,
    /** The account of the services. It can be the build account. */
    account: accountIdSchema,
    region: regionSchema,
    /** The role in that account that Gantry uses to deploy. Default: `<name>-deployment`. */
    role: createdRoleNameWithPathSchema.optional(),
    /** The external id that the role requires. */
    externalId: createPatternSchema(/^[\w+=,.@:/-]{2,1000}$/, 'must be 2-1000 letters, digits or +=,.@:/_-').optional(),
    ...targetAccessFields,
    /** The name of the ECS cluster. */
    cluster: ecsNameSchema,
    /** Whether a person must approve each release to this target, in the pipelines that Gantry creates. */
    approval: z.boolean('must be true or false').default(false),
    /** Whether the target account forwards events about deployments, stopped tasks and alarms to the build account's bus, where they wake waiting releases and start rollbacks. Without them, releases poll. */
    events: z.enum(['forwarded', 'none'], 'must be "forwarded" or "none"').default('forwarded'),
    /**
     * The tool that creates the resources in this account: `sst deploy`, or your own tools with the CloudFormation template that `gantry template
     * target NAME` prints.
     */
    setUp: z.enum(['sst', 'template'], 'must be "sst" or "template"').default('sst'),
    /** The role that `sst deploy` uses to create resources in this account. An account that was created through AWS Organizations has the default role. */
    setUpRole: roleNameWithPathSchema.default('OrganizationAccountAccessRole'),
    /** The pipelines that can deploy to this target, besides those that Gantry creates for it. `*` matches any characters; every pipeline needs an explicit `'*'`. */
    allowedPipelines: allowedPipelinesSchema.default([]),
    /** The services with settings of their own. A named service takes precedence over `match`. */
    services: z.array(serviceConfigSchema, 'must be a list of services').default([]),
    /** Patterns of further services of the cluster that Gantry is allowed to deploy. */
    match: matchSchema.optional(),
  })
  .refine(hasRoomForViewers, viewersError)
  .refine(canReadForBuiltInAction, builtInActionError)
  .refine(({ services = [], match }) => services.length > 0 || match !== undefined, {
    path: ['services'],
    message: 'must name at least one service, unless match has patterns',
    // Reported together with the errors of other fields.
    when: ({ value }) => z.looseObject({ services: z.array(z.unknown()).default([]) }).safeParse(value).success,
  });

export const configSchema = z.strictObject(
  {
    /** The name of this installation, which is the first part of the name of every resource of Gantry itself. */
    name: installationNameSchema,
    /** The account and Region of the pipelines and of Gantry. */
    build: z.strictObject({ account: accountIdSchema, region: regionSchema }, 'must be { account, region }'),
    /** Repositories of the build account's ECR, besides those that Gantry creates, that images can come from. `*` stands for any characters: `legacy/*`. */
    repositories: z
      .array(
        createPatternSchema(
          /^[a-z0-9*][a-z0-9._/*-]{0,255}$/,
          'must be the name of an ECR repository, or a pattern such as legacy/*',
        ),
        'must be a list of repositories',
      )
      .default([]),
    /** Other registries that images can come from: hosts such as `public.ecr.aws`, or the beginning of a path such as `docker.io/library` or `222222222222.dkr.ecr.eu-central-1.amazonaws.com/base`. */
    registries: z
      .array(
        createPatternSchema(
          /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)*$/,
          'must be a registry, such as public.ecr.aws or docker.io/library',
        ),
        'must be a list of registries',
      )
      .default([]),
    /**
     * Artifact buckets that Gantry does not create, with the customer-managed keys of their objects. Gantry's own roles can read them: for manual
     * deployments from an artifact, and for jobs whose artifactCredentials cannot decrypt.
     */
    artifactStores: z.array(artifactStoreSchema, 'must be a list of { bucket, key }').default([]),
    /** The provider of the custom action, which is unique in a build account and Region. On any other stage than the default one, the stage follows it. */
    provider: createPatternSchema(
      /^[0-9A-Za-z_-]{1,25}$/,
      'must be 1-25 letters, digits, hyphens or underscores',
    ).default('Gantry'),
    /** The SNS topic in the build account that receives Gantry's alarms. Without it, only CloudWatch shows them. */
    alarmTopic: topicArnSchema.optional(),
    /**
     * Who learns of the end of each deployment: an address that receives an e-mail, after SNS has asked its owner for consent; and an SNS topic of the
     * build account that receives messages for Amazon Q Developer in chat applications, which shows them in Slack or Teams.
     */
    notify: notifySchema.optional(),
    targets: z.array(targetConfigSchema, 'must be a list of targets').min(1, 'must name at least one target'),
    /**
     * The pipelines that Gantry creates, each with its bucket, repository and build. If the list is empty, only Gantry itself is created, and
     * existing pipelines use its action.
     */
    pipelines: z.array(pipelineConfigSchema, 'must be a list of pipelines').default([]),
  },
  'must be an object with the fields name, build and targets',
);

/** The content of `gantry.config.ts`, as it is written. */
export type ConfigInput = z.input<typeof configSchema>;
/** The validated configuration with its defaults. */
export type Config = z.output<typeof configSchema>;
export type TargetConfig = Config['targets'][number];
export type ServiceConfig = TargetConfig['services'][number];
export type PipelineConfig = Config['pipelines'][number];
