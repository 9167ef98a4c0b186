import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../cli/package-root.ts';
import type { BoardPage } from '../board-page.ts';
import { renderLivePage, renderStaticPage } from './render-document.ts';

/** Returns the board's page with its script and style. In a checkout, builds the files from the sources. Otherwise, returns the files in the npm package. */
export async function loadPage(root = packageRoot): Promise<BoardPage> {
  const builder = join(root, 'bundle', 'board.ts');
  const files = existsSync(builder) ? await buildFiles(builder) : readFiles(join(root, 'dist'));
  return { ...files, html: renderLivePage(), renderStatic: renderStaticPage };
}

type PageFiles = Pick<BoardPage, 'script' | 'style'>;

/** The npm package contains neither this module nor a bundler. The path is not a literal, because the bundler of the command line would follow a literal. */
async function buildFiles(builder: string): Promise<PageFiles> {
  const { bundleBoard }: typeof import('../../bundle/board.ts') = await import(pathToFileURL(builder).href);
  const { files } = await bundleBoard();
  return { script: files['board.js'], style: files['board.css'] };
}

const readFiles = (folder: string): PageFiles => ({
  script: readFileSync(join(folder, 'board.js'), 'utf8'),
  style: readFileSync(join(folder, 'board.css'), 'utf8'),
});
