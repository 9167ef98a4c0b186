import * as z from 'zod';

const platformSchema = z.object({ os: z.string(), architecture: z.string() });

/** An image index, or Docker's manifest list (github.com/opencontainers/image-spec, image-index.md). A manifest of one image has no such list. */
const imageIndexSchema = z.object({
  manifests: z.array(z.object({ platform: platformSchema.optional() })).min(1),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Returns the platforms of an image index, such as `linux/arm64`; undefined if the manifest lists none, because the platform of a single image is in its
 * config blob. BuildKit lists its attestations, which are not images, as `unknown/unknown`
 * (docs.docker.com/build/metadata/attestations/attestation-storage).
 */
export function tryParseManifestPlatforms(manifest: string | undefined): string[] | undefined {
  const { data } = imageIndexSchema.safeParse(parseJson(manifest ?? ''));
  const platforms = (data?.manifests ?? []).flatMap(({ platform }) =>
    platform === undefined ? [] : [`${platform.os}/${platform.architecture}`],
  );
  const images = platforms.filter((platform) => platform !== 'unknown/unknown');
  return images.length === 0 ? undefined : [...new Set(images)];
}
