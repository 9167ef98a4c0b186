import type { Config } from '../../core/config/check.ts';
import { pipelineConfigSchema } from '../../core/config/pipeline-schema.ts';
import { createMatchingName, matchesAnyPattern } from '../../core/parsing/pattern.ts';
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

/**
 * Returns the team's pipeline, which deploys to the first service of each target that allows it. `installation` has the team's key and the existing
 * services. Undefined if the configuration allows no pipeline, or no image from the build account.
 */
export function declareTeamPipeline(installation: Installation): TeamPipeline | undefined {
  const firsts = installation.config.targets.flatMap((target) => {
    const service = target.services[0];
    return service === undefined
      ? []
      : [{ target, service, allowed: service.allowedPipelines ?? target.allowedPipelines }];
  });
  const [pattern] = firsts.flatMap(({ allowed }) => allowed);
  const [repository] = installation.config.repositories;
  if (pattern === undefined || repository === undefined) return undefined;
  const name = createMatchingName(pattern, 'team');
  const config = pipelineConfigSchema.parse({
    name: 'team',
    source: { type: 's3', bucket: sourceBucket, key: 'app.zip' },
    deploys: firsts
      .filter(({ allowed }) => matchesAnyPattern(name, allowed))
      .map(({ target, service }) => `${target.name}/${service.name}`),
  });
  const repositoryName = createMatchingName(repository, 'app');
  return declareCreated(installation, describeTeamPipeline(installation.config, config, { name, repositoryName }));
}

function declareCreated(installation: Installation, created: CreatedPipeline): TeamPipeline {
  const team = { ...installation, createdPipelines: [created] };
  return {
    config: created.config,
    key: { ...declareKey(team), alias: 'alias/team-artifacts' },
    bucket: declareBucket(team, created),
    repository: declareRepository(team, created),
    project: declareProject(team, created),
    pipeline: declarePipeline(team, created),
    roles: declareBuildRoles(team, created),
  };
}

const describeTeamPipeline = (
  config: Config,
  pipeline: Config['pipelines'][number],
  { name, repositoryName }: { name: string; repositoryName: string },
): CreatedPipeline =>
  describePipeline(config, pipeline, {
    pipeline: name,
    bucket: `team-artifacts-${config.build.account}`,
    repository: repositoryName,
    project: 'team-build',
    role: 'team-pipeline',
    buildRole: 'team-build',
  });
