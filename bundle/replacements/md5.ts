/* Instead of Md5Js, the hash in JavaScript: the SDK takes node:crypto's where there is one. */

export function Md5Js(): never {
  throw new Error('Bundles contain no hashes in JavaScript (bundle/replacements/md5.ts).');
}
