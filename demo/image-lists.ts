import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TargetService } from '../local/run/target-services.ts';

/** The file that the example's buildspec writes, and the command that writes it. */
const exampleCommand = /^ *- printf .*imagedefinitions\.json$/m;
const exampleFiles = /^ *files: imagedefinitions\.json$/m;

/** Whether the example's own buildspec lists the images that these services need. */
export const isExampleList = (services: TargetService[]): boolean =>
  JSON.stringify([...groupContainers(services)]) === JSON.stringify([['imagedefinitions.json', ['app']]]);

/** Changes the buildspec in the folder. It lists the built image for every container of the services, in the file that each service is configured to read. */
export async function writeImageLists(folder: string, services: TargetService[]): Promise<void> {
  if (isExampleList(services)) return;
  const lists = groupContainers(services);
  const path = join(folder, 'buildspec.yml');
  const text = await readFile(path, 'utf8');
  const commands = [...lists].map(([file, containers]) => `      - ${formatCommand(file, containers)}`).join('\n');
  const files = [...lists.keys()].map((file) => `\n    - ${file}`).join('');
  // The replacements are functions, because `$` has a special meaning in a replacement text.
  await writeFile(
    path,
    text.replace(exampleCommand, () => commands).replace(exampleFiles, () => `  files:${files}`),
  );
}

/** The containers in each file. Services of different targets can share a file. */
function groupContainers(services: TargetService[]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { service } of services)
    lists.set(service.fileName, [...new Set([...(lists.get(service.fileName) ?? []), ...service.containers])]);
  return lists;
}

function formatCommand(file: string, containers: string[]): string {
  const entries = containers.map((name) => `{"name":"${name}","imageUri":"%s"}`).join(',');
  const images = containers.map(() => '"$REPOSITORY_URI:$IMAGE_TAG"').join(' ');
  return `mkdir -p "${dirname(file)}" && printf '[${entries}]' ${images} | tee "${file}"`;
}
