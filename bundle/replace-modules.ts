import { relative, resolve } from 'node:path';
import { build, type OnResolveArgs, type PartialMessage, type Plugin, type PluginBuild } from 'esbuild';
import { replacements as allReplacements, type Replacement } from './replacements.ts';

const root = resolve(import.meta.dirname, '..');

/** One import that was replaced: `module` is the path of the package's own file. */
interface Replaced {
  replacement: Replacement;
  module: string;
}

/** Marks the plugin's own request to resolve a module. The plugin itself must not answer this request. */
const locating = { isLocating: true };

/**
 * An esbuild plugin that bundles our own files instead of whole modules of packages. The build fails if a module's exports are not those of
 * its replacement and, with `mustReplaceAll`, if nothing imports a module that has a replacement.
 */
export const replaceModules = ({ replacements = allReplacements, mustReplaceAll = false } = {}): Plugin => ({
  name: 'replace-modules',
  setup(build) {
    const replaced = new Map<string, Replaced>();
    for (const replacement of replacements)
      build.onResolve({ filter: replacement.specifier }, async (args) => {
        if (args.pluginData === locating) return undefined;
        const module = await locateModule(build, args);
        if (module === undefined || packageOf(module) !== replacement.package) return undefined;
        replaced.set(module, { replacement, module });
        return { path: replacement.file };
      });
    build.onEnd(async ({ errors }) => {
      // A failed build has not imported every module, so nothing is checked.
      if (errors.length > 0) return { errors: [] };
      const unused = mustReplaceAll ? checkAllReplaced(replacements, [...replaced.values()]) : [];
      return { errors: [...unused, ...(await checkExports([...replaced.values()]))] };
    });
  },
});

/** The file that esbuild would bundle. Undefined if there is none. esbuild itself reports that error. */
async function locateModule(build: PluginBuild, args: OnResolveArgs): Promise<string | undefined> {
  const { path, importer, namespace, resolveDir, kind } = args;
  const found = await build.resolve(path, { importer, namespace, resolveDir, kind, pluginData: locating });
  return found.errors.length > 0 ? undefined : found.path;
}

const packageOf = (module: string): string | undefined =>
  /^(?:@[^/]+\/)?[^/]+/.exec(module.split('/node_modules/').slice(1).at(-1) ?? '')?.[0];

const checkAllReplaced = (replacements: Replacement[], replaced: Replaced[]): PartialMessage[] =>
  replacements
    .filter((replacement) => replaced.every((each) => each.replacement !== replacement))
    .map(({ package: name, specifier, file }) => ({
      text:
        `${relative(root, file)} replaces a module of ${name} that imports name ${specifier}, but no function imports it: ` +
        `if ${name} has renamed the module, change bundle/replacements.ts, else remove the replacement.`,
    }));

async function checkExports(replaced: Replaced[]): Promise<PartialMessage[]> {
  const files = replaced.flatMap(({ module, replacement }) => [module, replacement.file]);
  const exports = files.length > 0 ? await readExports(files) : new Map<string, string[]>();
  return replaced.flatMap(({ module, replacement: { file } }) => {
    const [added, missing] = [namesOnlyIn(exports, module, file), namesOnlyIn(exports, file, module)];
    if (added === '' && missing === '') return [];
    const text =
      `${relative(root, module)} is replaced by ${relative(root, file)}, but they export different names: only the module exports ` +
      `${added || 'nothing'}, only the replacement ${missing || 'nothing'}. ` +
      'See what has changed in the package and make the replacement export the same names.';
    return [{ text }];
  });
}

const namesOnlyIn = (exports: Map<string, string[]>, one: string, other: string): string =>
  (exports.get(one) ?? []).filter((name) => !exports.get(other)?.includes(name)).join(', ');

/** The names that each of these modules exports, by its path. A CommonJS module exports `default`. */
async function readExports(files: string[]): Promise<Map<string, string[]>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...new Set(files)],
    outdir: '.build/exports',
    write: false,
    bundle: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return new Map(
    Object.values(metafile.outputs).map(({ entryPoint = '', exports }) => [resolve(root, entryPoint), exports]),
  );
}
