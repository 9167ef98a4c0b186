import { listArtifactBuckets } from '../core/config/artifact-stores.ts';
import type { Config } from '../core/config/check.ts';
import { areEventsForwarded } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import type { ImageDefinition } from '../core/image/definitions.ts';
import { findRegistryErrors } from '../core/image/registries.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { DeployRequest } from '../core/request/fields.ts';
import type { ReleaseFacts } from '../core/request/release.ts';
import { listKeptImages } from '../core/task-definition/sidecars.ts';
import { type ArtifactWithRecord, type PinningResult, pinArtifactImages } from './artifact-images.ts';
import type { RecordAccess } from './artifact-records.ts';
import { isTableUnavailable } from './dynamodb.ts';
import { readAndCheckJobPlace } from './job-details.ts';
import { keepTagsIfDenied, lookUpAndPinImages } from './pinned-images.ts';
import { type ReleaseFiles, readReleaseFiles, type SearchedArtifactFiles } from './release-files.ts';
import { selectFromSharedList } from './shared-list.ts';
import { allowWithoutArtifactRecord } from './unavailable-record.ts';

/** The installation, and how the release uses the records of artifacts. */
export interface ReleaseContext {
  config: Config;
  stage?: string | undefined;
  records: RecordAccess;
  /** The execution that the release belongs to. A dry run has no execution, because it reads no list that several actions of a stage share. */
  execution?: string | undefined;
}

/**
 * Reads all data of a release request, without changing anything in a target: the artifacts, and in ECR the digest of each image. The digests that earlier
 * targets got from an artifact take precedence over the digests that its tags have now.
 */
export async function readReleaseFacts(
  request: DeployRequest,
  { config, stage, records, execution = 'dry-run' }: ReleaseContext,
): Promise<ReleaseFacts> {
  const { job, encryptionKey: declared } = request;
  const place = job === undefined ? {} : await readAndCheckJobPlace(request, config, stage);
  const sources = listAllowedImageSources(config, stage);
  const files = await readReleaseFiles(
    request,
    { jobId: job?.id, declared, stores: listArtifactBuckets(config, stage) },
    records,
  );
  const { definition } = files;
  const by = { execution, now: records.now };
  const wanted = await selectFromSharedList(files, { request, place, config, stage, by });
  const registryErrors = findRegistryErrors(wanted, sources);
  if (registryErrors.length > 0) throw new Failure('ConfigurationError', registryErrors.join(' '));
  const pins = await pinFrom(files.list, wanted, records);
  const kept = definition === undefined ? [] : listKeptImages(definition.content, wanted, sources);
  const sidecars: PinningResult = await pinFrom(definition?.source, kept, records).catch(keepTagsIfDenied(kept));
  const warnings = await allowWithoutArtifactRecord(request, findUnavailable(files, pins, sidecars), records);
  return {
    heads: files.searched.map(({ head }) => head),
    artifact: files.list?.location,
    base: files.base.from === 'file' ? { ...files.base, images: sidecars.images } : files.base,
    pins: {
      images: pins.images,
      warnings: [...files.searched.flatMap(listRecordWarnings), ...pins.warnings, ...sidecars.warnings, ...warnings],
    },
    woken: areEventsForwarded(config, request.target),
  };
}

const pinFrom = (
  source: ArtifactWithRecord | undefined,
  images: ImageDefinition[],
  records: RecordAccess,
): Promise<PinningResult> =>
  source === undefined ? lookUpAndPinImages(images) : pinArtifactImages(images, source, records);

const listRecordWarnings = ({ record }: SearchedArtifactFiles): string[] =>
  isTableUnavailable(record) ? [] : record.warnings;

/** Returns why the table could not be read or written; undefined if it answered. */
const findUnavailable = ({ searched }: ReleaseFiles, ...pins: PinningResult[]): string | undefined =>
  [
    ...searched.map(({ record }) => (isTableUnavailable(record) ? record.unavailable : undefined)),
    ...pins.map(({ unavailable }) => unavailable),
  ].find((reason) => reason !== undefined);
