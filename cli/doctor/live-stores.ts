import { readBucketPolicy, readKmsKey } from '../../aws/installed-artifacts.ts';
import type { Config } from '../../core/config/check.ts';
import type { DoctorFacts } from './facts.ts';
import type { Look } from './live-pipelines.ts';
import { mapLookup, parsePolicyText } from './lookup.ts';

/** Reads the policies of the configured artifact stores and the state of their keys. */
export async function inspectArtifactStores(
  { artifactStores, build: { region } }: Config,
  look: Look,
): Promise<Pick<DoctorFacts, 'stores' | 'storeKeys'>> {
  const facts: Pick<DoctorFacts, 'stores' | 'storeKeys'> = { stores: new Map(), storeKeys: new Map() };
  for (const { bucket, key } of artifactStores) {
    const policy = await look(`bucket ${bucket}`, () => readBucketPolicy(region, bucket));
    facts.stores.set(bucket, mapLookup(policy, parsePolicyText));
    if (key === undefined) continue;
    const found = await look(`key ${key}`, () => readKmsKey(region, key));
    facts.storeKeys.set(
      key,
      mapLookup(found, ({ policy: text, ...rest }) => ({ ...rest, policy: parsePolicyText(text) })),
    );
  }
  return facts;
}
