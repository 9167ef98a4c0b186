/** Replaces Sha1Js, a hash in JavaScript: on Node the SDK uses the hash of node:crypto. */

export function Sha1Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/sha1.ts).');
}
