import type { Config } from '../core/config/check.ts';
import { parseDeployRequest } from '../core/request/parse.ts';
import { readRevisionOption, readTargetArgument, type VerbArguments, verbUsageError } from './arguments.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { dryRunDeployment, dryRunOptions } from './dry-run.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry deploy TARGET …   deploy images, an older artifact or a given revision

  --image NAME=URI        the image for a container; once for each container
  --artifact s3://BUCKET/KEY[?versionId=ID]
                          the zip that a build left in the artifact bucket
  --revision FAMILY:N     a revision that exists
                          (one of these three kinds)
  --timeout MINUTES       when it counts as failed (default: the service's own, else 60)
  --bake MINUTES          watch alarms for so long after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
  --dry-run               show what would be registered and done, and do nothing
  --show-values           with --dry-run: also show environment values and others
                          that may be secret
${startHelp}
${commonHelp}`;

/** Most minutes of a deployment: a custom action ends after a day whatever we do (CodePipeline quotas). */
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
    revision: { type: 'string' },
    ...deploymentOptions,
    ...dryRunOptions,
    ...startOptions,
  },
  async run(args, world) {
    const asked = buildDeployInput(args, world.config);
    // The machine says the same of a mistake, but later.
    const request = parseDeployRequest({ ...asked, ...readRequester(args) }, world.config, args.stage);
    if (args.flag('dry-run')) return dryRunDeployment(request, args, world);
    const input = { ...asked, ...(await identifyRequester(args, world)) };
    const { deploy: machine } = resolveDeployedResources(world.config, args.stage);
    return startAndFollow({ machine, input }, args, world);
  },
};

/** The input of the execution, without who and why. Throws a ConfigurationError where not exactly one thing is to be deployed. */
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
      `Give one of --image, --artifact and --revision; found ${kinds.length === 0 ? 'none' : kinds.length}. To deploy anew what runs: gantry redeploy ${name}.`,
    );
  return { target: name, ...kind, ...readDeploymentSettings(args) };
}

/** How the deployment is to be done, as the input has it; what is not given is left to the default. */
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
  const given = args.texts('image');
  if (given.length === 0) return undefined;
  const images = given.map((text) => {
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
  const given = args.text('artifact');
  if (given === undefined) return undefined;
  const [, bucket, key, versionId] = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(given) ?? [];
  if (bucket === undefined || key === undefined)
    throw verbUsageError(
      'deploy',
      `--artifact is "${given}"; it must be s3://BUCKET/KEY, with ?versionId=ID for an older version.`,
    );
  return { artifact: { bucket, key, ...(versionId !== undefined && { versionId }) } };
}
