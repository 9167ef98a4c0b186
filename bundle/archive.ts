import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** The files of one function's bundle: its module and its source map. Maps their names to their texts. */
export type BundleFiles = Record<string, string>;

/** The bundles of all functions, by their names. */
export type FunctionBundles = Record<string, BundleFiles>;

/** The file of the npm package with the bundles of all functions. */
export const archiveFileName = 'functions.br';

/**
 * All bundles in one compressed text. Most of their code is the same, and the compression's window of 16 MB covers several bundles at once. So 19 MB become 1
 * MB.
 */
export function packBundles(bundles: FunctionBundles): Buffer {
  const text = Buffer.from(JSON.stringify(bundles));
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

export const unpackBundles = (archive: Buffer): FunctionBundles => JSON.parse(brotliDecompressSync(archive).toString());
