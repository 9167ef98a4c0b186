import { Failure } from '../../core/errors/failure.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import type { KeyDeclaration } from '../../infra/system-build.ts';
import type { RunningSystem } from './start.ts';

/** Returns the pipeline to play: the first one that the system creates, or else the team's. Throws a ConfigurationError if there is none. */
export const getPlayedPipeline = ({
  team,
  system,
}: RunningSystem): CreatedPipelineDeclaration & { key: KeyDeclaration } => team ?? getFirstPipeline(system);

/** Whether there is a pipeline to play. */
export const hasPlayedPipeline = ({ team, system }: RunningSystem): boolean =>
  team !== undefined || system.pipelines.length > 0;

/** Returns the first pipeline that a system creates, with the artifact key. Throws a ConfigurationError if it creates none. */
export function getFirstPipeline({
  pipelines: [first],
  key,
}: Pick<SystemDeclaration, 'pipelines' | 'key'>): CreatedPipelineDeclaration & { key: KeyDeclaration } {
  if (first !== undefined && key !== undefined) return { ...first, key };
  throw new Failure(
    'ConfigurationError',
    'gantry.config.ts has no pipelines, and it allows no pipeline of a team: this needs a pipeline in pipelines, or allowedPipelines of a target and a repository in repositories.',
  );
}
