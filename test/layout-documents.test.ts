import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packages from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const documents = globSync('{*,docs/*,local/*,bench/*}.md', { cwd: root });
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Returns the folders in the first column of a table of CONTRIBUTING.md. Throws if there is no table with this heading. */
function foldersUnder(heading: string): string[] {
  const [, table] = text('CONTRIBUTING.md').split(`| ${heading} |`);
  if (table === undefined) throw new Error(`CONTRIBUTING.md has no table with the heading "${heading}".`);
  return [...table.split('\n\n')[0]!.matchAll(/^\| `(?:core\/)?([\w-]+)\/` \|/gm)].map(([, folder = '']) => folder);
}

const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|coverage$|dist$)/.test(entry.name))
    .map(({ name }) => name);

const layers = foldersUnder('folder of `core/`');

/** Returns the folders of `core/` that the files of one folder import from. */
const importedBy = (folder: string): string[] =>
  globSync(`core/${folder}/*.ts`, { cwd: root })
    .flatMap((file) => [...text(file).matchAll(/from '\.\.\/([\w-]+)\//g)])
    .map(([, other = '']) => other);

describe('CONTRIBUTING.md', () => {
  it('describes every top folder, and no other', () => {
    expect(foldersUnder('folder').toSorted()).toEqual(foldersIn('.').toSorted());
  });

  it('describes every folder of core/, and no other', () => {
    expect(layers.toSorted()).toEqual(foldersIn('core').toSorted());
  });

  it.each(layers)('lists core/%s above every folder that it imports from', (folder) => {
    const below = layers.slice(layers.indexOf(folder));
    expect(importedBy(folder).filter((other) => !below.includes(other))).toEqual([]);
  });
});

/** Example files in commands, which belong to the reader and do not exist here. */
const readersOwn = new Set(['other.config.ts']);

/** Returns the paths in a document: source files and events by their ending, folders by the slash at the end of a code span. */
const pathsIn = (page: string): string[] => [
  ...new Set(
    [
      ...page.matchAll(
        /(?<![\w/.$:<>-])[\w*-]+(?:[/.][\w*-]+)*\.(?:ts|asl\.json)\b|\bevents\/[\w.-]+\.json\b|(?<=`)[\w/-]+\/(?=`)/g,
      ),
    ]
      .map(([path]) => path)
      .filter((path) => !readersOwn.has(path)),
  ),
];

/** The folders that commands create. */
const createdFolders = text('.gitignore').split('\n');

/** A path is relative to the root or to the document's folder. */
const isThere = (path: string, document: string): boolean =>
  createdFolders.includes(path) ||
  ['.', dirname(document)].some((folder) => globSync(path, { cwd: join(root, folder) }).length > 0);

/** Returns the anchor that GitHub makes for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (file: string): string[] =>
  [...text(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Returns the broken links of a document. */
const brokenLinks = (document: string): string[] =>
  [...text(document).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
    .filter(([, path = '', anchor = '']) => {
      const file = path === '' ? document : join(dirname(document), path);
      return !existsSync(join(root, file)) || (anchor !== '' && !anchorsOf(file).includes(anchor));
    })
    .map(([link]) => link);

const scriptsIn = (page: string): string[] =>
  [...page.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);

describe.each(documents)('%s', (document) => {
  it('names only paths that exist', () => {
    expect(pathsIn(text(document)).filter((path) => !isThere(path, document))).toEqual([]);
  });

  it('has only links that lead to a file and a heading', () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it('names only scripts of package.json', () => {
    expect(scriptsIn(text(document)).filter((name) => !Object.keys(packages.scripts).includes(name))).toEqual([]);
  });
});

it.each([
  ['a source file', 'see `core/a/b.ts`.', ['core/a/b.ts']],
  ['a source file outside a code span', '(core/a/b.ts)', ['core/a/b.ts']],
  ['a file without a folder', '`clock.ts`', ['clock.ts']],
  ['a pattern', '`infra/policies-*.ts`', ['infra/policies-*.ts']],
  ['a state machine', '`state-machines/deploy.asl.json`', ['state-machines/deploy.asl.json']],
  ['an event', 'npm run play -- events/a.started.json', ['events/a.started.json']],
  ['a folder', '`local/run/`', ['local/run/']],
  ['no target of a release', '`test/web`', []],
  ['no placeholder', '`local/<service>.ts`', []],
  ["no file of the reader's own", '--config other.config.ts', []],
])('finds %s in a document', (_, page, paths) => {
  expect(pathsIn(page)).toEqual(paths);
});
