import type { Config } from '../core/config/check.ts';
import { parseRequest } from '../core/request/parse.ts';
import { type Arguments, misuse, revisionIn, targetIn } from './arguments.ts';
import { installedOn } from './machines.ts';
import { rehearse } from './rehearse.ts';
import { askedBy, givenBy, startAndFollow, startHelp, startOptions } from './start.ts';
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
${startHelp}
${commonHelp}`;

/** Most minutes of a deployment: a custom action ends after a day whatever we do (CodePipeline quotas). */
const minutes = { least: 1, most: 1440 };

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
    'dry-run': { type: 'boolean', default: false },
    ...startOptions,
  },
  async run(args, world) {
    const asked = deployInput(args, world.config);
    // The machine says the same of a mistake, but later.
    const request = parseRequest({ ...asked, ...givenBy(args) }, world.config, args.stage);
    if (args.flag('dry-run')) return rehearse(request, args, world);
    const input = { ...asked, ...(await askedBy(args, world)) };
    const { deploy: machine } = installedOn(world.config, args.stage);
    return startAndFollow({ machine, input }, args, world);
  },
};

/** The input of the execution, without who and why. Throws a ConfigurationError where not exactly one thing is to be deployed. */
function deployInput(args: Arguments, config: Config): Record<string, unknown> {
  const { name } = targetIn(args, config);
  const revision = revisionIn(args, 'revision');
  const kinds = [imagesIn(args), artifactIn(args), revision && { revision }].filter((kind) => kind !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw misuse(
      'deploy',
      `Give one of --image, --artifact and --revision; found ${kinds.length === 0 ? 'none' : kinds.length}. To deploy anew what runs: gantry redeploy ${name}.`,
    );
  return { target: name, ...kind, ...settingsIn(args) };
}

/** How the deployment is to be done, as the input has it; what is not given is left to the default. */
export function settingsIn(args: Arguments): Record<string, unknown> {
  const timeoutMinutes = args.whole('timeout', minutes);
  const bakeMinutes = args.whole('bake', { ...minutes, least: 0 });
  return {
    ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    ...(bakeMinutes !== undefined && { bakeMinutes }),
    ...(args.flag('no-rollback') && { rollBackOnFailure: false }),
  };
}

function imagesIn(args: Arguments) {
  const given = args.texts('image');
  if (given.length === 0) return undefined;
  const images = given.map((text) => {
    const [, name, imageUri] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || imageUri === undefined)
      throw misuse(
        'deploy',
        `--image is "${text}"; it must be the container's name, =, and the image: app=REPOSITORY:TAG.`,
      );
    return { name, imageUri };
  });
  return { images };
}

function artifactIn(args: Arguments) {
  const given = args.text('artifact');
  if (given === undefined) return undefined;
  const [, bucket, key, versionId] = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(given) ?? [];
  if (bucket === undefined || key === undefined)
    throw misuse(
      'deploy',
      `--artifact is "${given}"; it must be s3://BUCKET/KEY, with ?versionId=ID for an older version.`,
    );
  return { artifact: { bucket, key, ...(versionId !== undefined && { versionId }) } };
}
