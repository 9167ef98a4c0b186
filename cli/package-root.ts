import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this checkout or of the npm package: the nearest above this file that has the definitions of the state machines. */
export const packageRoot = findPackageRoot(import.meta.dirname);

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, 'state-machines'))) return folder;
  if (dirname(folder) === folder)
    throw new Error(`There is no folder state-machines above ${import.meta.dirname}: install Gantry again.`);
  return findPackageRoot(dirname(folder));
}

/** Returns a file of the checkout or of the npm package by its path in it. */
export const readPackageFile = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');
