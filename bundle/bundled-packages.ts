import type { Metafile } from 'esbuild';

/** Returns the folders of the packages that these source files belong to, such as `node_modules/zod`, in alphabetical order. */
export const listPackageFolders = (sources: string[]): string[] =>
  [...new Set(sources.flatMap((source) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(source)?.[0] ?? []))].sort();

/** Returns the source files whose code is in the output. esbuild also lists the files that it has dropped. */
export const listBundledSources = ({ outputs }: Pick<Metafile, 'outputs'>): string[] => [
  ...new Set(
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([source, { bytesInOutput }]) => (bytesInOutput > 0 ? [source] : [])),
    ),
  ),
];
