import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Config } from '../../core/config/check.ts';
import { setSource, zipFolder } from '../codepipeline.ts';
import type { RunningSystem } from './start.ts';

/** Uses a folder as the source that the configuration names. The "commit" is the hash of its files. */
export function useFolderAsSource({ cloud }: RunningSystem, { source }: Config, folder: string): void {
  const place = source.type === 's3' ? `${source.bucket}/${source.key}` : `${source.repository}#${source.branch}`;
  setSource(cloud, place, async () => {
    const zip = await zipFolder(folder);
    return { revision: createHash('sha1').update(zip).digest('hex'), summary: `the files of ${basename(folder)}`, zip };
  });
}
