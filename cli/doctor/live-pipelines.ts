import { readBucketPolicy, readRepositoryPolicy } from '../../aws/installed-artifacts.ts';
import { readBuildProject, readPipeline } from '../../aws/installed-pipeline.ts';
import type { CreatedPipelineDeclaration, SystemDeclaration } from '../../infra/system.ts';
import { toPipelineFacts, toProjectFacts } from './build-account-facts.ts';
import type { CreatedPipelineFacts, DoctorFacts, LookupResult } from './facts.ts';
import { mapLookup, parsePolicyText } from './lookup.ts';

/** Reads a named resource of the build account. */
export type Look = <Thing>(thing: string, by: () => Promise<Thing | undefined>) => Promise<LookupResult<Thing>>;

/** Reads the pipelines that Gantry creates, with their buckets, repositories and projects. */
export async function inspectCreatedPipelines(
  region: string,
  { pipelines }: SystemDeclaration,
  look: Look,
): Promise<DoctorFacts['pipelines']> {
  const read = pipelines.map(
    async (created) => [created.pipeline.name, await inspectCreatedPipeline(region, created, look)] as const,
  );
  return new Map(await Promise.all(read));
}

async function inspectCreatedPipeline(
  region: string,
  { bucket, repository, project, pipeline }: CreatedPipelineDeclaration,
  look: Look,
): Promise<CreatedPipelineFacts> {
  return {
    bucket: mapLookup(
      await look(`bucket ${bucket.name}`, () => readBucketPolicy(region, bucket.name)),
      parsePolicyText,
    ),
    repository: mapLookup(
      await look(`repository ${repository.name}`, () => readRepositoryPolicy(region, repository.name)),
      parsePolicyText,
    ),
    project: mapLookup(
      await look(`project ${project.name}`, () => readBuildProject(region, project.name)),
      toProjectFacts,
    ),
    pipeline: mapLookup(
      await look(`pipeline ${pipeline.name}`, () => readPipeline(region, pipeline.name)),
      toPipelineFacts,
    ),
  };
}
