import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { isPlatformInstalled } from './evaluate.ts';

const root = join(import.meta.dirname, '..', '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

it.skipIf(!isPlatformInstalled)(
  "sst.config.ts and infra/ type-check against SST's own types (skipped unless npx sst install has put SST into .sst)",
  async () => {
    const checked = promisify(execFile)(process.execPath, [compiler, '--noEmit', '-p', 'infra'], { cwd: root });
    await expect(checked.catch(({ stdout }: { stdout: string }) => ({ stdout }))).resolves.toMatchObject({
      stdout: '',
    });
  },
);
