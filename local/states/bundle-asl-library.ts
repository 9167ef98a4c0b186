import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/** What it never reaches here: tasks have a handler of their own, and definitions are checked when a machine is made. */
const stubUnused: Plugin = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    const filter = /^(@aws-sdk\/client-lambda|@aws-sdk\/credential-providers|asl-validator)$/;
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** jsonpath-plus finds nothing in null, 0, false and '', not even the whole of it; `$` is the whole, whatever it is. */
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

/** Shows the inner parts; should a later version name them otherwise, the bundle is not built. */
const exposeInternals: Plugin = {
  name: 'inner',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]aws-local-stepfunctions[\\/]build[\\/]main\.node\.esm\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nexport { StateExecutor, StatesTimeoutError, jsonPathQuery };`,
    }));
  },
};

/** The library as one CommonJS text. */
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
