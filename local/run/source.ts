import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Config } from '../../core/config/check.ts';
import { setSource, zipFolder } from '../codepipeline.ts';
import type { RunningSystem } from './start.ts';

/** Uses a folder as the source of every pipeline that the configuration creates, and of the team's pipeline. The "commit" is the hash of its files; `summarize` returns its message. */
export function useFolderAsSource(
  { cloud, team }: RunningSystem,
  { pipelines }: Config,
  folder: string,
  summarize = () => `the files of ${basename(folder)}`,
): void {
  for (const { source } of team === undefined ? pipelines : [...pipelines, team.config]) {
    const place = source.type === 's3' ? `${source.bucket}/${source.key}` : `${source.repository}#${source.branch}`;
    setSource(cloud, place, async () => {
      const zip = await zipFolder(folder);
      const revision = createHash('sha1').update(zip).digest('hex');
      return { revision, summary: summarize(), zip };
    });
  }
}
