import { checkPipelineAllowed } from '../core/config/allowed-pipelines.ts';
import type { Config } from '../core/config/check.ts';
import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { readRevisionOption, readTargetArgument, type VerbArguments, verbUsageError } from './arguments.ts';
import { dryRunOptions } from './dry-run-options.ts';
import { readRequester, startAndFollow, startOptions } from './start.ts';
import type { Verb } from './verb.ts';

/** The limits of a deployment in minutes. CodePipeline ends a custom action after one day (CodePipeline quotas). */
const minuteLimits = { least: 1, most: 1440 };

export const deploymentOptions = {
  timeout: { type: 'string' },
  bake: { type: 'string' },
  'no-rollback': { type: 'boolean', default: false },
  'run-pre-deploy': { type: 'boolean', default: false },
  'skip-pre-deploy': { type: 'boolean', default: false },
} as const;

export const deploy: Verb = {
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
    const { name } = readTargetArgument(args, context.config);
    const fields = buildDeployInput(name, args);
    // The state machine would find the same errors, but later.
    const request = parseDeployRequest({ target: name, ...fields, ...readRequester(args) }, context.config, args.stage);
    assertAllowed(args, context.config, name);
    if (args.flag('dry-run')) return (await import('./dry-run-deployment.ts')).dryRunDeployment(request, args, context);
    return startAndFollow({ kind: 'deploy', name, fields }, args, context);
  },
};

/** Throws a ConfigurationError if Gantry would refuse the release of the pipeline in --pipeline or, without --pipeline, the manual deployment. */
function assertAllowed(args: VerbArguments, config: Config, name: string): void {
  const pipeline = args.text('pipeline');
  if (pipeline !== undefined && !args.flag('dry-run'))
    throw verbUsageError('deploy', '--pipeline needs --dry-run: a deployment that you start belongs to no pipeline.');
  const refused =
    pipeline === undefined
      ? checkManualStartAllowed('deploy', config, name)
      : checkPipelineAllowed(config, { pipeline, name, stage: args.stage });
  if (refused !== undefined) throw refused;
}

/** Builds the input of the execution, without target, requester and reason. Throws a ConfigurationError unless exactly one thing is to be deployed. */
function buildDeployInput(name: string, args: VerbArguments): Record<string, unknown> {
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
  return { ...kind, ...readDeploymentSettings(args) };
}

/** Returns the settings of the deployment as fields of the input. An option that the user did not give has no field, so its default applies. */
export function readDeploymentSettings(args: VerbArguments): Record<string, unknown> {
  const timeoutMinutes = args.whole('timeout', minuteLimits);
  const bakeMinutes = args.whole('bake', { ...minuteLimits, least: 0 });
  return {
    ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    ...(bakeMinutes !== undefined && { bakeMinutes }),
    ...(args.flag('no-rollback') && { rollBackOnFailure: false }),
    ...(args.flag('run-pre-deploy') && { runPreDeploy: true }),
    ...(args.flag('skip-pre-deploy') && { skipPreDeploy: true }),
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
