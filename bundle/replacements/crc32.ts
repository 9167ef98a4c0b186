/* Instead of yauzl/crc32.js: yauzl uses zlib.crc32, which Node has since version 20. */

export default function crc32(): never {
  throw new Error('Bundles contain no checksum in JavaScript (bundle/replacements/crc32.ts).');
}
