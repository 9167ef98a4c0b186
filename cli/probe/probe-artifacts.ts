import { z } from 'zod';
import { callAws, Denied, Interrupted, type ProbeContext } from './context.ts';
import { type Findings, toAnswered, toNotObserved, toUnlisted } from './finding.ts';
import { undefinedIfMissing } from './missing.ts';
import { defineProbe } from './probe.ts';

/** The sizes of all versions of one artifact. */
interface SeenArtifacts {
  artifacts: { sizes: number[] }[];
}

/** Larger accounts are read in part. */
const maxPipelines = 50;
const maxBuckets = 10;
const maxPages = 5;

const pipelinesSchema = z.object({ pipelines: z.array(z.object({ name: z.string() })).default([]) });
const storeSchema = z.object({ location: z.string() });
const pipelineSchema = z.object({
  pipeline: z.object({
    artifactStore: storeSchema.optional(),
    artifactStores: z.record(z.string(), storeSchema).default({}),
  }),
});
const versionsSchema = z.object({
  Versions: z.array(z.object({ Key: z.string(), VersionId: z.string(), Size: z.number() })).default([]),
  NextKeyMarker: z.string().optional(),
  NextVersionIdMarker: z.string().optional(),
});

/** A pipeline that the user may not read does not hide the others. */
const readIfAllowed = (context: ProbeContext, name: string): Promise<unknown> =>
  undefinedIfMissing(callAws(context, 'codepipeline', 'GetPipeline', { name })).catch((error: unknown) => {
    if (error instanceof Denied) return undefined;
    throw error;
  });

async function listStores(context: ProbeContext): Promise<string[]> {
  const { pipelines } = pipelinesSchema.parse(await callAws(context, 'codepipeline', 'ListPipelines', {}));
  const buckets = new Set<string>();
  for (const { name } of pipelines.slice(0, maxPipelines)) {
    const answer = await readIfAllowed(context, name);
    if (answer === undefined) continue;
    const { artifactStore, artifactStores } = pipelineSchema.parse(answer).pipeline;
    for (const { location } of [artifactStore ?? [], Object.values(artifactStores)].flat()) buckets.add(location);
  }
  return [...buckets].slice(0, maxBuckets);
}

/** `pipeline/artifact/random`: the keys of CodePipeline's artifacts. The random part has seven characters. */
const artifactKey = /^[^/]+\/[^/]+\/[A-Za-z0-9]{7}(\.[A-Za-z0-9]+)?$/;

/** Objects without versioning have the version id `null`: a second write would leave no trace. */
async function listArtifacts(context: ProbeContext, Bucket: string): Promise<SeenArtifacts['artifacts']> {
  const versions = [];
  let markers = {};
  for (let page = 0; page < maxPages; page += 1) {
    const read = versionsSchema.parse(await callAws(context, 's3', 'ListObjectVersions', { Bucket, ...markers }));
    versions.push(...read.Versions.filter(({ Key, VersionId }) => artifactKey.test(Key) && VersionId !== 'null'));
    if (read.NextKeyMarker === undefined) break;
    markers = { KeyMarker: read.NextKeyMarker, VersionIdMarker: read.NextVersionIdMarker };
  }
  const byKey = Map.groupBy(versions, ({ Key }) => Key);
  return [...byKey.values()].map((all) => ({ sizes: all.map(({ Size }) => Size) }));
}

/** A bucket of another account or Region, or a deleted one, does not hide the others. */
async function readAllArtifacts(context: ProbeContext): Promise<SeenArtifacts['artifacts']> {
  const artifacts: SeenArtifacts['artifacts'] = [];
  let failed: unknown;
  for (const bucket of await listStores(context)) {
    const found = await listArtifacts(context, bucket).catch((error: unknown) => {
      if (error instanceof Interrupted) throw error;
      failed ??= error;
    });
    artifacts.push(...(found ?? []));
  }
  if (artifacts.length === 0 && failed !== undefined) throw failed;
  return artifacts;
}

/** Judges what the versions of the artifacts show. */
export function judgeArtifacts({ artifacts }: Partial<SeenArtifacts>): Findings {
  if (artifacts === undefined) return {};
  if (artifacts.length === 0) return { 'artifact-rewritten': toNotObserved('no artifact in a versioned bucket') };
  const rewritten = artifacts.filter(({ sizes }) => sizes.length > 1);
  const facts = { artifacts: artifacts.length, rewritten: rewritten.length };
  if (rewritten.length === 0) return { 'artifact-rewritten': toAnswered('never', facts) };
  const isSame = rewritten.every(({ sizes }) => new Set(sizes).size === 1);
  return {
    'artifact-rewritten': isSame ? toAnswered('same-bytes', facts) : toUnlisted({ ...facts, sizesDiffer: true }),
  };
}

/** The versions of the artifacts of the Region's pipelines. */
export const artifactsProbe = defineProbe<SeenArtifacts>({
  settles: ['artifact-rewritten'],
  needs: [],
  async observe(context, seen) {
    seen.artifacts = await readAllArtifacts(context);
  },
  judge: judgeArtifacts,
});
