import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/** Stubs the parts that are never used here: tasks have their own handler, and definitions are checked when a machine is created. */
const stubUnused: Plugin = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    const filter = /^(@aws-sdk\/client-lambda|@aws-sdk\/credential-providers|asl-validator)$/;
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** jsonpath-plus finds nothing in null, 0, false and '', even for the path `$`. Here `$` returns the whole value, whatever it is. */
const fixWholePath: Plugin = {
  name: 'whole',
  setup({ onResolve, onLoad }) {
    const filter = /^jsonpath-plus$/;
    onResolve({ filter, namespace: 'file' }, ({ path, resolveDir }) => ({
      path,
      namespace: 'whole',
      pluginData: resolveDir,
    }));
    onLoad({ filter, namespace: 'whole' }, ({ pluginData: resolveDir }) => ({
      contents: `import { JSONPath as part } from 'jsonpath-plus';
        export const JSONPath = (asked) => (asked.path === '$' ? asked.json : part(asked));`,
      resolveDir,
    }));
  },
};

/** Exports internals of the library; if a later version renames them, the build fails. */
const exposeInternals: Plugin = {
  name: 'inner',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]aws-local-stepfunctions[\\/]build[\\/]main\.node\.esm\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nexport { StateExecutor, StatesTimeoutError, jsonPathQuery };`,
    }));
  },
};

/** Bundles the library as one CommonJS text. */
export async function bundleAslLibrary(): Promise<string> {
  const entry = "export * from 'aws-local-stepfunctions'";
  const made = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    plugins: [stubUnused, fixWholePath, exposeInternals],
  });
  return made.outputFiles[0]?.text ?? '';
}
