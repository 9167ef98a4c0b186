import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** The SDK's HTTP handler is the one thing that is not shipped code here: a request goes straight to the embedded AWS. */
const externalModules: Plugin = {
  name: 'transport',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@smithy\/node-http-handler$/ }, ({ path }) => ({ path, namespace: 'transport' }));
    onResolve({ filter: /^#config$/ }, ({ path }) => ({ path, namespace: 'config' }));
    onLoad({ filter: /.*/, namespace: 'transport' }, () => ({ contents: 'module.exports = transport' }));
    onLoad({ filter: /.*/, namespace: 'config' }, () => ({ contents: 'export default config' }));
  },
};

/**
 * The functions of these files as one CommonJS text, for `loadInProcess`: under its file's name each has a function that begins it and
 * answers its handler; only what that one needs is evaluated then. `process`, `console`, `Date`, `Math`, the timers, `transport` and `config`
 * are left for the one who evaluates it to give. `plugins`: how the functions are bundled otherwise.
 */
export async function bundleFunctionLibrary(files: string[], root: string, plugins: Plugin[] = []): Promise<string> {
  const entry = files
    .map((file) => `exports['${basename(file, '.ts')}'] = () => require('./${file}').handler;`)
    .join('\n');
  const made = await build({
    stdin: { contents: entry, resolveDir: root },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    define: { 'import.meta.url': '""' },
    logLevel: 'error',
    plugins: [externalModules, ...plugins],
  });
  return made.outputFiles[0]?.text ?? '';
}
