import { cpSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetService } from '../local/run/target-services.ts';
import { createTemporaryFolder, removeTemporaryFolder } from '../local/temporary-folder.ts';
import { writeImageLists } from './image-lists.ts';

/** A copy of the example application that the demo can change. */
export interface DemoRepository {
  folder: string;
  /** Returns the message of the newest commit. */
  summarize(): string;
  /** Adds a mistake: misspells the name of the start file, so that the container exits as soon as it starts. */
  breakIt(): Promise<void>;
  remove(): Promise<void>;
}

const exampleFolder = join(import.meta.dirname, '..', 'examples', 'web');

/** The behaviour of the broken image in the embedded AWS (local/README.md). */
const crashLabel = `LABEL local.gantry.behavior='{"then":"crash","afterSeconds":1,"exitCode":1,"log":["Error: Cannot find module /app/sever.js"]}'`;

/** Copies the example application into a temporary folder. The build of the copy lists the image for the containers of these services. */
export async function createDemoRepository(services: TargetService[]): Promise<DemoRepository> {
  const folder = createTemporaryFolder('gantry-demo-');
  cpSync(exampleFolder, folder, { recursive: true });
  await writeImageLists(folder, services);
  const dockerfile = join(folder, 'Dockerfile');
  let summary = 'Greet everyone who asks';
  return {
    folder,
    summarize: () => summary,
    async breakIt() {
      const text = await readFile(dockerfile, 'utf8');
      const broken = text
        .replace('"server.js"]', '"sever.js"]')
        .replace(/^LABEL local\.gantry\.behavior=.*$/m, crashLabel);
      await writeFile(dockerfile, broken);
      summary = 'Rename the start file';
    },
    remove: () => removeTemporaryFolder(folder),
  };
}
