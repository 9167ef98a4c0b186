import * as z from 'zod';

const platformSchema = z.object({ os: z.string(), architecture: z.string() });

/** An image index, or Docker's manifest list (github.com/opencontainers/image-spec, image-index.md). A manifest of one image has no such list. */
const imageIndexSchema = z.object({
  manifests: z.array(z.object({ platform: platformSchema })).min(1),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The platforms of an image index, such as `linux/arm64`; undefined if the manifest does not list any: the platform of a single image is in its config blob.
 * BuildKit lists its attestations as `unknown/unknown`; these are no images (docs.docker.com/build/metadata/attestations/attestation-storage).
 */
export function parsePlatforms(manifest: string | undefined): string[] | undefined {
  const { data } = imageIndexSchema.safeParse(parseJson(manifest ?? ''));
  const images = data?.manifests.filter(
    ({ platform: { os, architecture } }) => `${os}/${architecture}` !== 'unknown/unknown',
  );
  if (images === undefined || images.length === 0) return undefined;
  return [...new Set(images.map(({ platform: { os, architecture } }) => `${os}/${architecture}`))];
}
