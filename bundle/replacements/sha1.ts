/* Instead of Sha1Js, the hash in JavaScript: the SDK takes node:crypto's where there is one. */

export function Sha1Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/sha1.ts).');
}
