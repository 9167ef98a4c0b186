import { Failure } from '../../core/errors/failure.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import type { KeyDeclaration } from '../../infra/system-build.ts';
import type { RunningSystem } from './start.ts';

/** Returns the pipeline to play through: the first that the system creates, or else the team's. Throws a ConfigurationError if there is none. */
export const getPlayedPipeline = ({
  team,
  system,
}: RunningSystem): CreatedPipelineDeclaration & { key: KeyDeclaration } => team ?? getFirstPipeline(system);

/** Returns the first pipeline that a system creates, with the artifact key. Throws a ConfigurationError if it creates none. */
export function getFirstPipeline({
  pipelines: [first],
  key,
}: Pick<SystemDeclaration, 'pipelines' | 'key'>): CreatedPipelineDeclaration & { key: KeyDeclaration } {
  if (first !== undefined && key !== undefined) return { ...first, key };
  throw new Failure(
    'ConfigurationError',
    'pipelines is empty in gantry.config.ts, and this needs a pipeline that Gantry creates: add one.',
  );
}
