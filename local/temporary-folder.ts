import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** Retried, because a process that runs in the folder can still create a file in it. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

const removeAll = (): void => {
  for (const folder of folders) rmSync(folder, removal);
};

/** Creates a folder that is removed when this process exits, if not before. Synchronous, so that no signal is handled before the folder is known. */
export function createTemporaryFolder(prefix: string): string {
  if (folders.size === 0) process.on('exit', removeAll);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  folders.add(folder);
  return folder;
}

/** Removes such a folder and everything in it. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  await rm(folder, removal);
  folders.delete(folder);
  if (folders.size === 0) process.off('exit', removeAll);
}
