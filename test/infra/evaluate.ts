import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const platform = join(root, '.sst', 'platform');

/** SST's own TypeScript sources, which `npx sst install` puts into the repository. The evaluation needs them. */
export const isPlatformInstalled = existsSync(join(platform, 'node_modules', '@pulumi', 'aws'));

/** A resource as the program declares it. `account`: the account of its provider. */
export interface DeclaredResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  account: string;
  retained: boolean;
  /** The names of the resources that it depends on (`dependsOn`). */
  after: string[];
}

export interface EvaluatedProgram {
  resources: DeclaredResource[];
  outputs: Record<string, unknown>;
  app: Record<string, unknown>;
}

/**
 * Evaluates the real sst.config.ts with SST's real platform, with Pulumi's mocks instead of an engine. `config` is the text of a gantry.config.ts.
 * Rejects with the error that the program throws.
 */
export async function evaluateProgram(
  config: string,
  { region = 'eu-west-1', partition = 'aws' } = {},
): Promise<EvaluatedProgram> {
  const folder = mkdtempSync(join(platform, 'gantry-test-'));
  try {
    const answer = join(folder, 'answer.json');
    writeFileSync(join(folder, 'mocks.mjs'), readFileSync(join(import.meta.dirname, 'mocks.mjs')));
    await bundleProgram(config, join(folder, 'program.mjs'));
    await promisify(execFile)(process.execPath, ['--import', './mocks.mjs', 'program.mjs'], {
      cwd: folder,
      env: {
        ...process.env,
        STAGE: 'production',
        REGION: region,
        PARTITION: partition,
        ANSWER: answer,
        ROOT: root,
        WORK: folder,
      },
    });
    return JSON.parse(readFileSync(answer, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bundles as SST does (its `pkg/js`): one ES module, with packages left outside, and SST's shim for the globals. */
const bundleProgram = (config: string, outfile: string) =>
  build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    inject: [join(platform, 'src', 'shim', 'run.js')],
    banner: { js: `import { createRequire as r } from 'node:module'; const require = r(import.meta.url);` },
    logLevel: 'error',
    plugins: [
      {
        name: 'config',
        setup: (esbuild) =>
          void esbuild.onLoad({ filter: /gantry\.config\.ts$/ }, () => ({
            contents: config,
            loader: 'ts',
            resolveDir: root,
          })),
      },
    ],
  });

const entry = `
  import { writeFileSync } from 'node:fs';
  import * as aws from '@pulumi/aws';
  import * as sst from './.sst/platform/src/components/index.ts';
  import { run } from './.sst/platform/src/auto/run.ts';
  import program from './sst.config.ts';
  const { STAGE: stage, ANSWER: answer } = process.env;
  const app = await program.app({ stage });
  Object.assign($app, app);
  Object.assign(globalThis, { aws, sst });
  const retained = new Set();
  const after = new Map();
  // Runs after SST's own transformations, so that the test sees their results.
  const watched = () => {
    $util.runtime.registerStackTransformation(({ type, name, opts }) => {
      if (opts.retainOnDelete) retained.add(type + ' ' + name);
      after.set(type + ' ' + name, [opts.dependsOn ?? []].flat().map((one) => one.__name));
      return undefined;
    });
    return program.run();
  };
  const outputs = await $util.runtime.runInPulumiStack(() => run(watched));
  const known = await new Promise((resolve) => $util.output(outputs).apply(resolve));
  await settled();
  writeFileSync(answer, JSON.stringify({
    resources: resources.map((one) => ({
      ...one,
      retained: retained.has(one.type + ' ' + one.name),
      after: after.get(one.type + ' ' + one.name) ?? [],
    })),
    outputs: known,
    app,
  }));
  process.exit(0);
`;
