import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Only the SDK's HTTP handler and its signer differ from the deployed code: requests go directly to the embedded AWS, with their secret (signer.ts). */
const externalModules: Plugin = {
  name: 'transport',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@smithy\/node-http-handler$/ }, ({ path }) => ({ path, namespace: 'transport' }));
    onResolve({ filter: /^@smithy\/signature-v4$/ }, ({ path }) => ({ path, namespace: 'signer' }));
    onResolve({ filter: /^#config$/ }, ({ path }) => ({ path, namespace: 'config' }));
    onLoad({ filter: /.*/, namespace: 'transport' }, () => ({ contents: 'module.exports = transport' }));
    onLoad({ filter: /.*/, namespace: 'signer' }, () => ({ contents: 'module.exports = signer' }));
    onLoad({ filter: /.*/, namespace: 'config' }, () => ({ contents: 'export default config' }));
  },
};

/**
 * Bundles the functions of these files as one CommonJS text for `loadInProcessRunner`. Each file's name maps to a function that initializes the module and
 * returns its handler. Only the code that this module needs is evaluated at that time. The evaluating code must provide `process`, `console`, `Date`, `Math`,
 * the timers, `transport`, `signer` and `config`. `plugins` changes how the functions are bundled.
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
