import type { Config } from '../../core/config/check.ts';
import { pipelineConfigSchema } from '../../core/config/pipeline-schema.ts';
import { Failure } from '../../core/errors/failure.ts';
import { createExampleName } from '../../core/parsing/pattern.ts';
import { type CreatedPipeline, describePipeline } from '../../infra/created-pipeline.ts';
import type { Installation } from '../../infra/installation.ts';
import type { RoleDeclaration } from '../../infra/policy.ts';
import type { CreatedPipelineDeclaration } from '../../infra/system.ts';
import type { KeyDeclaration } from '../../infra/system-build.ts';
import {
  declareBucket,
  declareBuildRoles,
  declareKey,
  declareProject,
  declareRepository,
} from '../../infra/system-build.ts';
import { declarePipeline } from '../../infra/system-pipeline.ts';

/** A pipeline that a team had before Gantry, with its own bucket, key, repository and roles. Gantry's own roles have no rights on them. */
export interface TeamPipeline extends CreatedPipelineDeclaration {
  key: KeyDeclaration;
  roles: RoleDeclaration[];
  config: Config['pipelines'][number];
}

const sourceBucket = 'team-sources';

/** Returns the team's pipeline, whose deploy actions go to the first service of each target. `installation` has the team's key and the existing services. */
export function declareTeamPipeline(installation: Installation): TeamPipeline {
  const deploys = installation.config.targets.flatMap(({ name, services: [first] }) =>
    first === undefined ? [] : [`${name}/${first.name}`],
  );
  const source = { type: 's3', bucket: sourceBucket, key: 'app.zip' };
  const config = pipelineConfigSchema.parse({ name: 'team', source, deploys });
  const created = describeTeamPipeline(installation.config, config);
  const team = { ...installation, createdPipelines: [created] };
  return {
    config,
    key: { ...declareKey(team), alias: 'alias/team-artifacts' },
    bucket: declareBucket(team, created),
    repository: declareRepository(team, created),
    project: declareProject(team, created),
    pipeline: declarePipeline(team, created),
    roles: declareBuildRoles(team, created),
  };
}

const describeTeamPipeline = (config: Config, pipeline: Config['pipelines'][number]): CreatedPipeline =>
  describePipeline(config, pipeline, {
    pipeline: 'team',
    bucket: `team-artifacts-${config.build.account}`,
    repository: chooseRepository(config),
    project: 'team-build',
    role: 'team-pipeline',
    buildRole: 'team-build',
  });

/** Returns a repository of the build account that the configuration allows. Throws a ConfigurationError if it allows none. */
function chooseRepository({ repositories }: Config): string {
  const [first] = repositories;
  if (first !== undefined) return createExampleName(first, 'app');
  throw new Failure(
    'ConfigurationError',
    'gantry.config.ts has no pipelines and no repositories: images of an existing pipeline may come from no repository of the build account. Name the repositories in repositories.',
  );
}
