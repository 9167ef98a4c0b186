import { expect, it } from 'vitest';
import { tryParseManifestPlatforms } from '../../../core/image/platforms.ts';

const entry = (os: string, architecture: string, more: object = {}) => ({
  digest: `sha256:${'a'.repeat(64)}`,
  platform: { os, architecture, ...more },
});
const index = (...manifests: object[]) => JSON.stringify({ schemaVersion: 2, manifests });

it.each([
  [
    'an index',
    index(entry('linux', 'amd64'), entry('linux', 'arm64', { variant: 'v8' })),
    ['linux/amd64', 'linux/arm64'],
  ],
  ['an index for one platform', index(entry('linux', 'amd64')), ['linux/amd64']],
  [
    "BuildKit's index with an attestation",
    index(entry('linux', 'amd64'), entry('unknown', 'unknown')),
    ['linux/amd64'],
  ],
  [
    'versions of Windows',
    index(entry('windows', 'amd64', { 'os.version': '1' }), entry('windows', 'amd64')),
    ['windows/amd64'],
  ],
  ['only attestations', index(entry('unknown', 'unknown')), undefined],
  ['an entry without a platform', index({ digest: 'sha256:0' }), undefined],
  ['an empty index', index(), undefined],
  ['a manifest of one image', JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }), undefined],
  ['text that is not JSON', 'x', undefined],
  ['no manifest', undefined, undefined],
])('the platforms of %s', (_what, manifest, platforms) => {
  expect(tryParseManifestPlatforms(manifest)).toEqual(platforms);
});
