import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/** The oldest browsers that the board supports. They cover every browser of the last two years. */
const browsers = ['chrome123', 'firefox128', 'safari17.5'];

/** The files of the board's page by their name: its script and its style. */
export interface BoardFiles {
  'board.js': string;
  'board.css': string;
}

/** Bundles the script and the style of the board's page. Also returns esbuild's description of the files. */
export async function bundleBoard(): Promise<{ files: BoardFiles; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { board: 'board/page/start-page.ts', 'board-style': 'board/page/style/board.css' },
    outdir: join(root, '.build', 'board'),
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: browsers,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  const read = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { files: { 'board.js': read('board.js'), 'board.css': read('board-style.css') }, metafile };
}
