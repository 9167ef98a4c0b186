import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * Every bundle begins with this (build.ts), so that an error's stack names the lines of our own files. Node's --enable-source-maps does the
 * same, but measures the bundle line by line before it starts, error or none: 10 of check-target's 62 ms. Here the map is read with the first
 * stack that somebody looks at.
 */

const maps = new Map<string, SourceMap>();

const mapOf = (file: string): SourceMap => {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const map = new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${file}.map`), 'utf8')));
  maps.set(file, map);
  return map;
};

/** A call as it is shown, where the map knows it with its place in our source; what has no map, or comes from a package, stays as it is. */
function told(site: NodeJS.CallSite): string {
  const text = String(site);
  const file = site.getFileName();
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (!file?.endsWith('.mjs') || line === null || column === null) return text;
  try {
    const origin = mapOf(file).findOrigin(line, column);
    return 'fileName' in origin && origin.fileName !== undefined
      ? text.replace(
          `${file}:${line}:${column}`,
          `${new URL(origin.fileName, file)}:${origin.lineNumber}:${origin.columnNumber}`,
        )
      : text;
  } catch {
    return text;
  }
}

Error.prepareStackTrace = (error, sites) => [`${error}`, ...sites.map(told)].join('\n    at ');
