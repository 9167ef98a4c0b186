import type { Config } from '../core/config/check.ts';
import { findConfiguredService } from '../core/config/targets.ts';
import type { ImageDefinition } from '../core/image/definitions.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import { listOtherReaders, selectOwnEntries } from '../core/request/shared-list.ts';
import type { JobPlace } from './job-details.ts';
import { type ReadingExecution, readMatchedContainers } from './matched-containers.ts';
import { readPipelineStages } from './pipeline-stages.ts';
import type { ReleaseFiles } from './release-files.ts';

/** A release with the pipeline, stage and action of its job. */
interface PlacedRelease {
  request: DeployRequest;
  place: JobPlace;
  config: Config;
  stage?: string | undefined;
  by: ReadingExecution;
}

/**
 * Returns the images of a list that belong to a release. Several actions of one stage can read the same list, and each action uses the entries for its own
 * containers. If the pipeline's declaration cannot be read, every entry must be for this service, as in a stage with one action.
 */
export async function selectFromSharedList(
  { wanted, list, base }: ReleaseFiles,
  { request, place, config, stage, by }: PlacedRelease,
): Promise<ImageDefinition[]> {
  const { pipeline, stage: stageName, action } = place;
  const { name } = request.target;
  if (list === undefined || pipeline === undefined || stageName === undefined || action === undefined) return wanted;
  const stages = await readPipelineStages(pipeline);
  if (stages === undefined || name === undefined) return wanted;
  const own = { stage: stageName, action, target: name, fileName: request.fileName, artifact: list.location.name };
  const others = listOtherReaders(own, stages, config, stage);
  if (others.length === 0) return wanted;
  const [containers, ...read] = await Promise.all([
    base.from === 'file' ? undefined : readOwnContainers(request, base.from === 'latest', { config, stage, by }),
    ...others.map((one) => one.containers ?? (one.matched && readMatchedContainers(one.matched, by))),
  ]);
  const readers = others.map((one, index) => ({ ...one, containers: read[index] }));
  return selectOwnEntries(wanted, { own, containers }, readers);
}

/** Returns the containers that the configuration names, or else the containers of the task definition. */
function readOwnContainers(
  { target }: DeployRequest,
  latest: boolean,
  { config, stage, by }: Pick<PlacedRelease, 'config' | 'stage' | 'by'>,
): string[] | undefined | Promise<string[] | undefined> {
  const { name } = target;
  const named = findConfiguredService(config, name, stage)?.service.containers;
  return named ?? ((name && readMatchedContainers({ target: { ...target, name }, latest }, by)) || undefined);
}
