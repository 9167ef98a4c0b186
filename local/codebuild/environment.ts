import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import { bucketArn } from '../partition.ts';
import { buildArn, buildId, logLocation } from './build.ts';
import type { Buildspec } from './buildspec.ts';
import { installStandIns } from './stand-ins.ts';
import type { Build } from './state.ts';

/** Lifetime of a build's credentials, in seconds: one hour, as in CodeBuild. */
const credentialSeconds = 3600;

/** The variables that CodeBuild sets (…/codebuild/latest/userguide/build-env-ref-env-vars.html). */
const codeBuildVariables = (build: Build, source: string): Record<string, string> => ({
  CI: 'true',
  CODEBUILD_CI: 'true',
  CODEBUILD_BUILD_ARN: buildArn(build),
  CODEBUILD_BUILD_ID: buildId(build),
  CODEBUILD_BUILD_IMAGE: build.project.environment.image,
  CODEBUILD_BUILD_NUMBER: String(build.number),
  CODEBUILD_BUILD_SUCCEEDING: '1',
  CODEBUILD_INITIATOR: build.initiator,
  CODEBUILD_LOG_PATH: logLocation(build)?.stream ?? '',
  CODEBUILD_RESOLVED_SOURCE_VERSION: build.sourceVersion ?? '',
  CODEBUILD_SOURCE_VERSION: bucketArn(build.project.region, `${build.source.location}`),
  CODEBUILD_SRC_DIR: source,
  CODEBUILD_START_TIME: String(Math.trunc(build.started)),
});

/**
 * Returns the variables of a build's shell. The shell inherits only the PATH of this process, and the folder of the stand-ins for `docker` and `aws` comes
 * first in it. The project's variables override the buildspec's variables, and the variables given at the start override both.
 */
export async function createBuildEnvironment(
  cloud: Cloud,
  build: Build,
  at: { folder: string; source: string; spec: Buildspec; caller: Caller },
): Promise<Record<string, string>> {
  const home = join(at.folder, 'home');
  await mkdir(home);
  const bin = await installStandIns(at.folder);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = cloud.iam.issueCredentials(at.caller, credentialSeconds);
  return {
    ...at.spec.env.variables,
    ...Object.fromEntries(build.environment.map(({ name, value }) => [name, value])),
    ...codeBuildVariables(build, at.source),
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: at.folder,
    DOCKER_CONFIG: join(home, '.docker'),
    AWS_REGION: build.project.region,
    AWS_DEFAULT_REGION: build.project.region,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}
