import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Installs stand-ins for `docker` and `aws` that use the embedded AWS, and returns the path of their folder. */
export async function installStandIns(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const name of ['docker', 'aws']) {
    const program = join(import.meta.dirname, `${name}.ts`);
    await writeFile(
      join(bin, name),
      `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${program}" "$@"\n`,
    );
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}
