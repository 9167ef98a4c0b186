import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type { Cloud } from '../cloud.ts';
import { simulatedDate } from '../simulated-date.ts';

/** The library that plays the Amazon States Language. */
export type Library = typeof import('aws-local-stepfunctions');

/** One machine, ready to be run. */
export type Player = InstanceType<Library['StateMachine']>;

/** A value of JSON, as the library types it. */
export type Json = Parameters<Player['run']>[0];

type Run = ReturnType<Player['run']>;

/** What the library tells of a run, as it happens. */
export type Played = Run['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

/** What it never reaches here: tasks have handlers of their own, and definitions are checked when a machine is made. */
const unused: Plugin = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    const filter = /^(@aws-sdk\/client-lambda|@aws-sdk\/credential-providers|asl-validator)$/;
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** jsonpath-plus finds nothing in null, 0, false and '', not even the whole of it; `$` is the whole, whatever it is. */
const whole: Plugin = {
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

async function bundled(): Promise<string> {
  const entry = "export * from 'aws-local-stepfunctions'";
  const made = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    plugins: [unused, whole],
  });
  return made.outputFiles[0]?.text ?? '';
}

let source: Promise<string> | undefined;

/** The library on a cloud's clock and chance: its `setTimeout`, `clearTimeout`, `Date` and `Math.random` are the cloud's. */
export async function loadLibrary({ clock, chance }: Cloud): Promise<Library> {
  source ??= bundled();
  const module: { exports: Library } = { exports: Object.create(null) };
  const surroundings = {
    module,
    require: createRequire(import.meta.url),
    setTimeout: (act: () => void, ms: number) => clock.after(ms, act),
    clearTimeout: (cancel?: () => void) => cancel?.(),
    Date: simulatedDate(() => Math.floor(clock.now())),
    Math: Object.create(Math, { random: { value: chance } }),
  };
  compileFunction(await source, Object.keys(surroundings))(...Object.values(surroundings));
  return module.exports;
}
