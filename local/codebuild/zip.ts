import { glob, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import JSZip from 'jszip';
import type { Buildspec } from './buildspec.ts';

/** Unpacks a source artifact. Throws if an entry would be written outside the folder. */
export async function unzip(zip: Buffer, folder: string): Promise<void> {
  const { files } = await JSZip.loadAsync(zip);
  for (const entry of Object.values(files).filter(({ dir }) => !dir)) {
    const path = join(folder, entry.name);
    if (!path.startsWith(folder + sep))
      throw new Error(`the source artifact has an entry outside of it: ${entry.name}`);
    await mkdir(dirname(path), { recursive: true });
    const mode = typeof entry.unixPermissions === 'number' ? entry.unixPermissions & 0o777 : 0o644;
    await writeFile(path, await entry.async('nodebuffer'), { mode });
  }
}

/** Zips the files that a buildspec names; throws with CodeBuild's messages if there are none. */
export async function zipArtifacts(artifacts: Buildspec['artifacts'], folder: string): Promise<Buffer> {
  const zip = new JSZip();
  if (artifacts === undefined) return zip.generateAsync({ type: 'nodebuffer' });
  const base = join(folder, artifacts['base-directory']);
  if ((await stat(base).catch(() => undefined)) === undefined)
    throw new Error(`no matching base directory path found for ${artifacts['base-directory']}`);
  for await (const path of glob(artifacts.files, { cwd: base })) {
    const info = await stat(join(base, path));
    if (!info.isFile()) continue;
    const name = artifacts['discard-paths'] ? basename(path) : path.split(sep).join('/');
    zip.file(name, await readFile(join(base, path)), { unixPermissions: info.mode, createFolders: false });
  }
  if (Object.keys(zip.files).length === 0)
    throw new Error(`no matching artifact paths found for ${artifacts.files.join(', ')}`);
  return zip.generateAsync({ type: 'nodebuffer', platform: 'UNIX', compression: 'DEFLATE' });
}
