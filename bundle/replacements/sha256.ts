/** Replaces Sha256Js, a hash in JavaScript: on Node the SDK uses the hash of node:crypto. */

export function Sha256Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/sha256.ts).');
}
