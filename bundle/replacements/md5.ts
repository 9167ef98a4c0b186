/** Replaces Md5Js, a hash in JavaScript: on Node the SDK uses the hash of node:crypto. */

export function Md5Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/md5.ts).');
}
