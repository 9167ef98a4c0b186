import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Failure } from '../core/errors/failure.ts';

/** The file names of a configuration. TypeScript comes first because the documents show it. */
const fileNames = ['gantry.config.ts', 'gantry.config.mjs', 'gantry.config.json'];
const endings = fileNames.map((name) => name.slice('gantry.config'.length));

const formatChoice = (words: string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const createFileFailure = (sentence: string): Failure => new Failure('ConfigurationError', sentence);

/** The path relative to the working directory if the file is in that directory, else the absolute path. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** True for a file or a link to one, and false for a folder and for a link to nothing. */
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * Returns the absolute path of the file that `--config` names. Throws a ConfigurationError if the file does not exist, or if Gantry cannot read a file with
 * this ending.
 */
export function resolveConfigOption(file: string): string {
  const path = resolve(file);
  if (!isFile(path)) throw createFileFailure(`--config is "${file}"; there is no such file.`);
  if (endings.some((ending) => path.endsWith(ending))) return path;
  throw createFileFailure(`--config is "${file}"; its name must end in ${formatChoice(endings)}.`);
}

/**
 * Returns the configuration of the nearest folder that has one, from `folder` upwards. Throws a ConfigurationError if no folder has a configuration, or if the
 * folder has two. Also throws if a nearer folder has a file that Gantry does not read, because the user may mean that file, and the accounts in it.
 */
export function findConfigFile(folder: string): string {
  const folders = listFolders(folder);
  const at = folders.findIndex((one) => findInFolder(one) !== undefined);
  const [similar] = (at < 0 ? folders : folders.slice(0, at)).flatMap(listSimilarNames);
  const found = folders[at] && findInFolder(folders[at]);
  if (found !== undefined && similar === undefined) return found;
  const hint =
    similar === undefined ? '' : `Gantry does not read ${displayPath(similar)}: rename it to ${suggestName(similar)}. `;
  throw createFileFailure(
    found === undefined
      ? `There is no ${formatChoice(fileNames)} in ${folder} or a folder above it. ${hint}Run the command in the folder of the configuration, or name its file with --config FILE.`
      : `${hint}To use ${displayPath(found)}, which is in a folder above it, name that file with --config.`,
  );
}

/** What messages call the content of a file with another ending: TypeScript, an object of data, or else a module. */
function suggestName(path: string): string {
  if (/\.[mc]?ts$/i.test(path)) return 'gantry.config.ts';
  return /\.(jsonc?|json5|ya?ml|toml)$/i.test(path) ? 'gantry.config.json' : 'gantry.config.mjs';
}

/** The folder and the folders above it, nearest first. */
const listFolders = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...listFolders(dirname(folder))];

const listNames = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A folder above may not be readable.
  }
};

function findInFolder(folder: string): string | undefined {
  const names = listNames(folder);
  const [first, ...more] = fileNames.filter((name) => names.includes(name) && isFile(join(folder, name)));
  if (first === undefined || more.length === 0) return first && join(folder, first);
  const found = [first, ...more].map((name) => displayPath(join(folder, name))).join(' and ');
  throw createFileFailure(`There are ${found}: keep one of them, or name one with --config FILE.`);
}

/** Files that look like a configuration but have another ending, such as gantry.config.js. */
const listSimilarNames = (folder: string): string[] =>
  listNames(folder)
    .filter((name) => /^gantry[._-]?config\.(\w+)$/i.test(name) && !fileNames.includes(basename(name)))
    .map((name) => join(folder, name));
