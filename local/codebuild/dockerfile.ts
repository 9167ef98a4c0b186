import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Dockerfile {
  labels: Record<string, string>;
  /** Paths that COPY and ADD read from the build context. */
  copiedPaths: string[];
}

/** Splits a Dockerfile into instructions, with continuation lines joined and comments removed. */
const splitInstructions = (source: string): string[] =>
  source
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Expands build arguments as docker does: everywhere except in single quotes. */
const expandVariables = (text: string, values: Record<string, string>): string =>
  text.startsWith("'")
    ? text.slice(1, -1)
    : text
        .replace(/^"([\s\S]*)"$/, '$1')
        .replace(/\\(.)/g, '$1')
        .replace(/\$\{?(\w+)\}?/g, (_, name: string) => values[name] ?? '');

const labelPair = /([\w./-]+|"[^"]*")=("(?:\\.|[^"\\])*"|'[^']*'|\S*)/g;

/** Parses the parts of a Dockerfile that the stand-in needs. It runs no instruction. */
export function parseDockerfile(source: string, given: Record<string, string>): Dockerfile {
  const values: Record<string, string> = {};
  const file: Dockerfile = { labels: {}, copiedPaths: [] };
  for (const line of splitInstructions(source)) {
    const [keyword = '', ...words] = line.split(/\s+/);
    const rest = line.slice(keyword.length).trim();
    if (keyword.toUpperCase() === 'ARG') {
      const [name = '', value = ''] = rest.split(/=(.*)/s);
      values[name] = given[name] ?? expandVariables(value, values);
    }
    if (keyword.toUpperCase() === 'LABEL')
      for (const [, name = '', value = ''] of rest.matchAll(labelPair))
        file.labels[name.replaceAll('"', '')] = expandVariables(value, values);
    if (/^(COPY|ADD)$/i.test(keyword) && !rest.includes('--from=') && !rest.startsWith('['))
      file.copiedPaths.push(...words.filter((word) => !word.startsWith('--')).slice(0, -1));
  }
  return file;
}

/** Finds the first path that is copied but does not exist in the context. */
export const findMissingFile = (context: string, { copiedPaths }: Dockerfile): string | undefined =>
  copiedPaths.find((path) => !/[*?[$:]/.test(path) && !existsSync(join(context, path)));

/** Hashes every file in the build context: a changed file changes the image. `.dockerignore` is not read. */
export function hashContext(context: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of files)
    hash
      .update(`${relative(context, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex');
}
