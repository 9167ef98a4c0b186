import type { Config } from '../core/config/check.ts';
import { findConfiguredService } from '../core/config/targets.ts';
import type { ImageDefinition } from '../core/image/definitions.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { listOtherReaders, selectOwnEntries } from '../core/request/shared-list.ts';
import type { JobPlace } from './job-details.ts';
import { readPipelineStages } from './pipeline-stages.ts';
import type { ReleaseFiles } from './release-files.ts';

/** A release with the place of its action. */
interface PlacedRelease {
  request: DeployRequest;
  place: JobPlace;
  config: Config;
  stage?: string | undefined;
}

/**
 * Returns the images that a release takes from its list. Several actions of one stage can read the same list: each takes the entries for its own
 * containers. If the pipeline's declaration cannot be read, every entry must be for this service, as in a stage with one action.
 */
export async function selectFromSharedList(
  { wanted, list, base }: ReleaseFiles,
  { request, place, config, stage }: PlacedRelease,
): Promise<ImageDefinition[]> {
  const { pipeline, stage: stageName, action } = place;
  const { name } = request.target;
  if (list === undefined || pipeline === undefined || stageName === undefined || action === undefined) return wanted;
  const stages = await readPipelineStages(pipeline);
  if (stages === undefined || name === undefined) return wanted;
  const own = { stage: stageName, action, target: name, fileName: request.fileName, artifact: list.location.name };
  const named = findConfiguredService(config, name, stage)?.service.containers;
  const containers = base.from === 'file' ? undefined : named;
  return selectOwnEntries(wanted, { own, containers }, listOtherReaders(own, stages, config, stage));
}
