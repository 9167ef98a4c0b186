import * as z from 'zod';
import {
  accountIdSchema,
  ecsNameSchema,
  regionSchema,
  roleNameSchema,
  stagedRoleNameSchema,
  targetNameSchema,
  textSchema,
} from './fields.ts';

const sourceConfigSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('connection'),
      /** ARN of the connection to the Git host (CodeConnections); make it once in the console, it needs a click by an owner of the repository. */
      connection: textSchema(
        /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
        'must be the ARN of a connection: arn:aws:codeconnections:REGION:ACCOUNT:connection/ID',
      ),
      /** The repository as `owner/name`. */
      repository: textSchema(/^[\w.-]+(\/[\w.-]+)+$/, 'must be owner/name'),
      /** The branch that a push to starts the pipeline. */
      branch: textSchema(/^\S{1,255}$/, 'must be the name of a branch'),
    }),
    z.strictObject({
      type: z.literal('s3'),
      /** An existing, versioned bucket in the build account that a zip of the sources is put into. */
      bucket: textSchema(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
      /** The key of the zip file. */
      // botocore codepipeline `ActionConfigurationValue`.
      key: textSchema(/^.{1,1000}$/, 'must be the key of the zip file, 1-1000 characters'),
    }),
  ],
  'must have the type "connection" or "s3"',
);

const serviceConfigSchema = z
  .strictObject({
    /** The ECS service's name; with the target's it makes the name that people type: `test/web`. */
    name: ecsNameSchema,
    /** The containers that a release may swap the image of. */
    containers: z.array(ecsNameSchema, 'must be a list of container names').min(1, 'must name one container at least'),
    /** The task definition family that revisions are registered in. Default: the service's name. */
    family: ecsNameSchema.optional(),
    /** The role that ECS pulls the image and writes the logs with, in the target account. */
    executionRole: roleNameSchema,
    /** The roles that the containers act with, in the target account. Together with `executionRole` all that the deploy may pass. */
    taskRoles: z.array(roleNameSchema, 'must be a list of role names').default([]),
    /** The log group that the containers write to; Gantry shows the end of a failed container's log. Default: `/ecs/<family>`, as the ECS console has it. */
    logGroup: textSchema(/^[\w./#-]{1,512}$/, 'must be the name of a log group').optional(),
    /** The file of the artifact that lists the images. Two services of one target need two files. */
    fileName: textSchema(/^\S{1,255}$/, 'must be the path of a file in the artifact').default('imagedefinitions.json'),
    /** After how many minutes a deployment that is not stable counts as failed. */
    timeoutMinutes: z.int('must be a number of minutes, 1-1440').min(1).max(1440).default(60),
    /** For how many minutes a deployment that is stable is watched before it counts as good. */
    bakeMinutes: z.int('must be a number of minutes, 0-1440').min(0).max(1440).default(0),
    /** CloudWatch alarms of the target account that speak for this service: one that goes off during a deployment fails it. */
    alarms: z.array(textSchema(/^.{1,255}$/, 'must be the name of an alarm')).default([]),
    /** What a task definition file of the artifact may ask for besides: whoever writes to the repository writes it. */
    allow: z
      .strictObject(
        {
          /** Privileged containers, and what comes close: added capabilities, devices, security options, the host's network, processes or memory. */
          privileged: z.boolean('must be true or false').default(false),
          /** Volumes of the host, and Docker volumes. */
          hostVolumes: z.boolean('must be true or false').default(false),
        },
        'must be { privileged, hostVolumes }',
      )
      .default({ privileged: false, hostVolumes: false }),
    /** Make the service too, with its roles and a load balancer, in the account's default VPC: for those who start from nothing. */
    create: z
      .strictObject({
        /** The port that the first container listens on. */
        port: z.int('must be a port, 1-65535').min(1).max(65535).default(8080),
        /** The path that the load balancer asks for health. */
        healthPath: textSchema(/^\/.{0,1023}$/, 'must be a path that begins with /').default('/'),
        /** What runs until the first release. */
        image: textSchema(/^\S{1,255}$/, 'must be an image').default('public.ecr.aws/nginx/nginx-unprivileged:stable'),
        /** How many tasks. */
        desiredCount: z.int('must be a number, 0-5000').min(0).max(5000).default(2),
      })
      .optional(),
  })
  .refine(({ timeoutMinutes, bakeMinutes }) => timeoutMinutes + bakeMinutes <= 1440, {
    path: ['bakeMinutes'],
    // A custom action ends after 24 h whatever we do (CodePipeline quotas).
    message: 'must leave room for timeoutMinutes: both together are at most 1440',
  });

const targetConfigSchema = z.strictObject({
  /** What people call it: `test`, `prod`. Targets are deployed to in the order of the list. */
  name: targetNameSchema,
  /** The account that the services run in. The build account is allowed; the deployment then simply crosses no border. */
  account: accountIdSchema,
  region: regionSchema,
  /** The role there that Gantry deploys with. Default: `<name>-deployment`. */
  role: stagedRoleNameSchema.optional(),
  /** What the role asks of those who assume it, where a third party could be confused into acting for another. */
  externalId: textSchema(/^[\w+=,.@:/-]{2,1000}$/, 'must be 2-1000 letters, digits or +=,.@:/_-').optional(),
  /** The name of the ECS cluster. */
  cluster: ecsNameSchema,
  /** A person has to approve before this target is deployed to. */
  approval: z.boolean('must be true or false').default(false),
  /** Send the target account's events of deployments, stopped tasks and alarms to the build account's bus: they wake a release that waits, and start rollbacks. Without them releases poll. */
  events: z.enum(['forwarded', 'none'], 'must be "forwarded" or "none"').default('forwarded'),
  /** Who makes what this account needs: `sst deploy`, or your own tooling from the CloudFormation template that `npm run target-template` prints. */
  setUp: z.enum(['sst', 'template'], 'must be "sst" or "template"').default('sst'),
  /** The role there that `sst deploy` makes things with; an account that was created in an Organization has the default. */
  setUpRole: roleNameSchema.default('OrganizationAccountAccessRole'),
  services: z.array(serviceConfigSchema, 'must be a list of services').min(1, 'must name one service at least'),
});

export const configSchema = z.strictObject({
  /** The application's name; the first part of every name in the build account. */
  app: textSchema(
    // It begins the bucket's name, which must not begin so (S3 User Guide, "General purpose bucket naming rules").
    /^(?!xn--|sthree-|amzn-s3-demo-)[a-z][a-z0-9-]{1,15}$/,
    'must be 2-16 lower-case letters, digits or hyphens, beginning with a letter, and not with xn--, sthree- or amzn-s3-demo-',
  ),
  /** Where the sources become images, and where Gantry itself runs. */
  build: z.strictObject({ account: accountIdSchema, region: regionSchema }, 'must be { account, region }'),
  source: sourceConfigSchema,
  /** May a tag in the repository be moved to another image? Gantry deploys digests either way. */
  tags: z.enum(['mutable', 'immutable'], 'must be "mutable" or "immutable"').default('mutable'),
  /** Where images may come from besides the build account's own ECR: hosts such as `public.ecr.aws`, or parts of one such as `docker.io/library`. */
  registries: z
    .array(
      textSchema(
        /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)*$/,
        'must be a registry, such as public.ecr.aws or docker.io/library',
      ),
      'must be a list of registries',
    )
    .default([]),
  /** The custom action's provider. It is one name per build account and Region: a second application in the same needs another. */
  provider: textSchema(/^[0-9A-Za-z_-]{1,10}$/, 'must be 1-10 letters, digits, hyphens or underscores').default(
    'Gantry',
  ),
  /** The SNS topic of the build account that Gantry's own alarms go to. Without it they only show in CloudWatch. */
  alarmTopic: textSchema(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'must be the ARN of an SNS topic').optional(),
  /** An e-mail to this address for every deployment that ended. SNS asks the address for its consent first. */
  notify: z.strictObject({ email: z.email('must be an e-mail address') }, 'must be { email }').optional(),
  targets: z.array(targetConfigSchema, 'must be a list of targets').min(1, 'must name one target at least'),
});

/** What `gantry.config.ts` may hold. */
export type ConfigInput = z.input<typeof configSchema>;
/** The same, checked, with its defaults filled in. */
export type Config = z.output<typeof configSchema>;
export type TargetConfig = Config['targets'][number];
export type ServiceConfig = TargetConfig['services'][number];
