/* Instead of Sha256Js, the hash in JavaScript: the SDK takes node:crypto's where there is one. */

export function Sha256Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/sha256.ts).');
}
