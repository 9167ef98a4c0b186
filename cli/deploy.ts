import { checkPipeline } from '../core/config/allowed-pipelines.ts';
import type { Config } from '../core/config/check.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { readRevisionOption, readTargetArgument, type VerbArguments, verbUsageError } from './arguments.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { dryRunOptions } from './dry-run-options.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `  --image NAME=URI        the image for a container; once for each container
  --artifact s3://BUCKET/KEY[?versionId=ID]
                          the zip that a build put into the artifact bucket
  --revision FAMILY:N     an existing revision
                          (give exactly one of these three)
  --timeout MINUTES       fail it if it is not stable by then
                          (default: the service's own, else 60)
  --bake MINUTES          how long to watch alarms after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
  --dry-run               show what would be registered and done, and change nothing
  --pipeline NAME         with --dry-run: also check that this pipeline is allowed
                          to deploy to TARGET
  --show-values           with --dry-run: also show environment values and others
                          that may be secret
${startHelp}
${commonHelp}`;

/** The limits of a deployment in minutes. CodePipeline ends a custom action after one day (CodePipeline quotas). */
const minuteLimits = { least: 1, most: 1440 };

export const deploymentOptions = {
  timeout: { type: 'string' },
  bake: { type: 'string' },
  'no-rollback': { type: 'boolean', default: false },
} as const;

export const deploy: Verb = {
  help,
  options: {
    image: { type: 'string', multiple: true },
    artifact: { type: 'string' },
    pipeline: { type: 'string' },
    revision: { type: 'string' },
    ...deploymentOptions,
    ...dryRunOptions,
    ...startOptions,
  },
  async run(args, context) {
    const fields = buildDeployInput(args, context.config);
    // The state machine would find the same errors, but later.
    const request = parseDeployRequest({ ...fields, ...readRequester(args) }, context.config, args.stage);
    assertPipelineOption(args, context.config, request.target.name);
    if (args.flag('dry-run')) return (await import('./dry-run-deployment.ts')).dryRunDeployment(request, args, context);
    const input = { ...fields, ...(await identifyRequester(args, context)) };
    const { deploy: machine } = resolveDeployedResources(context.config, args.stage);
    return startAndFollow({ machine, input }, args, context);
  },
};

/** Throws a ConfigurationError if the release of the pipeline in --pipeline would be refused. */
function assertPipelineOption(args: VerbArguments, config: Config, name: string | undefined): void {
  const pipeline = args.text('pipeline');
  if (pipeline === undefined) return;
  if (!args.flag('dry-run'))
    throw verbUsageError('deploy', '--pipeline needs --dry-run: a deployment that you start belongs to no pipeline.');
  const refused = checkPipeline(config, { pipeline, name, stage: args.stage });
  if (refused !== undefined) throw refused;
}

/** Builds the input of the execution, without requester and reason. Throws a ConfigurationError unless exactly one thing is to be deployed. */
function buildDeployInput(args: VerbArguments, config: Config): Record<string, unknown> {
  const { name } = readTargetArgument(args, config);
  const revision = readRevisionOption(args, 'revision');
  const kinds = [readImageOptions(args), readArtifactOption(args), revision && { revision }].filter(
    (kind) => kind !== undefined,
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw verbUsageError(
      'deploy',
      `Give one of --image, --artifact and --revision; found ${kinds.length === 0 ? 'none' : kinds.length}. To deploy the running revision again: gantry redeploy ${name}.`,
    );
  return { target: name, ...kind, ...readDeploymentSettings(args) };
}

/** Returns the settings of the deployment as fields of the input. An option that is not given has no field, so its default applies. */
export function readDeploymentSettings(args: VerbArguments): Record<string, unknown> {
  const timeoutMinutes = args.whole('timeout', minuteLimits);
  const bakeMinutes = args.whole('bake', { ...minuteLimits, least: 0 });
  return {
    ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    ...(bakeMinutes !== undefined && { bakeMinutes }),
    ...(args.flag('no-rollback') && { rollBackOnFailure: false }),
  };
}

function readImageOptions(args: VerbArguments) {
  const options = args.texts('image');
  if (options.length === 0) return undefined;
  const images = options.map((text) => {
    const [, name, imageUri] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || imageUri === undefined)
      throw verbUsageError(
        'deploy',
        `--image is "${text}"; it must be the container's name, =, and the image: app=REPOSITORY:TAG.`,
      );
    return { name, imageUri };
  });
  return { images };
}

function readArtifactOption(args: VerbArguments) {
  const location = args.text('artifact');
  if (location === undefined) return undefined;
  const [, bucket, key, versionId] = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(location) ?? [];
  if (bucket === undefined || key === undefined)
    throw verbUsageError(
      'deploy',
      `--artifact is "${location}"; it must be s3://BUCKET/KEY, with ?versionId=ID for an older version.`,
    );
  return { artifact: { bucket, key, ...(versionId !== undefined && { versionId }) } };
}
