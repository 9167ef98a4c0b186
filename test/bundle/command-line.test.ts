import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCommandLine } from '../../bundle/command-line.ts';

const outdir = mkdtempSync(join(tmpdir(), 'gantry-command-line-'));
afterAll(() => rmSync(outdir, { recursive: true }));

let outputs: Metafile['outputs'];
beforeAll(async () => {
  outputs = (await bundleCommandLine(outdir)).outputs;
});

/** The file that contains the start of a module. */
const outputOf = (source: string): string =>
  Object.keys(outputs).find((path) => outputs[path]!.entryPoint === source) ?? `no output of ${source}`;

/** The file and every file that Node loads together with it, before any of the code runs. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: imported, kind } of outputs[path]?.imports ?? [])
    if (kind === 'import-statement') loadedWith(imported, seen);
  return seen;
}

const sourcesOf = (paths: Iterable<string>): string[] =>
  [...paths].flatMap((path) =>
    Object.entries(outputs[path]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [source] : [],
    ),
  );

const clientsIn = (sources: string[]): string[] =>
  [...new Set(sources.flatMap((source) => /@aws-sdk\/client-([\w-]+)\//.exec(source)?.[1] ?? []))].sort();

/** The clients for following an execution: its history, its service and the service's events, with the target's viewer role. */
const following = ['sfn', 'ecs', 'sts'];

/** The clients that are loaded before the code runs. `dry-run-…` is loaded for --dry-run. */
const clients: Record<string, string[]> = {
  deploy: following,
  redeploy: following,
  rollback: following,
  continue: following,
  watch: following,
  // The table contains the lease, and the lease's holder is an execution. Schedules can run another revision than the service.
  status: ['ecs', 'sts', 'dynamodb', 'sfn', 'scheduler', 'eventbridge'],
  history: ['dynamodb'],
  // STS identifies the credentials. The other clients are loaded after the options have been checked.
  board: ['sts'],
  // Images, artifacts and their records, the service with its alarms, and its scheduled tasks with their roles.
  'dry-run-deployment': ['ecr', 's3', 'dynamodb', 'ecs', 'cloudwatch', 'scheduler', 'eventbridge', 'iam', 'sts'],
  // The ledger, the revisions that ECS and the ledger know with their alarms, and the images that they pin.
  'dry-run-rollback': ['dynamodb', 'ecs', 'cloudwatch', 'ecr', 'sts'],
  template: [],
  package: [],
  // After an error of AWS, STS identifies the credentials.
  'error-advice': ['sts'],
};

describe('the command line', () => {
  it.each(Object.entries(clients))('loads for %s only the clients that it uses', (verb, expected) => {
    expect(clientsIn(sourcesOf(loadedWith(outputOf(`cli/${verb}.ts`))))).toEqual(expected.toSorted());
  });

  it.each(['gantry', 'help-texts'])('loads no package to print help (%s)', (file) => {
    const sources = sourcesOf(loadedWith(outputOf(`cli/${file}.ts`)));
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => source.includes('node_modules'))).toEqual([]);
  });

  // The features of Node 21, 22, 23 and 24 (nodejs.org/docs). cli/older-node.ts adds Map.groupBy, and core/parsing/exact-json.ts tests for rawJSON.
  it('uses nothing that the oldest Node lacks', () => {
    const newer =
      /\b(Object\.groupBy|Promise\.(withResolvers|try)|Array\.fromAsync|RegExp\.escape|Iterator\.|Error\.isError|Math\.f16round|fromBase64|toBase64|globSync|import\.meta\.main|stripTypeScriptTypes)\b|\.(isSubsetOf|isSupersetOf|symmetricDifference|isDisjointFrom)\(/;
    const own = sourcesOf(Object.keys(outputs)).filter((source) => !source.includes('node_modules'));
    const existing = own.filter((source) => source.endsWith('.ts') && !source.startsWith('lazy:'));
    expect(existing.length).toBeGreaterThan(100);
    expect(existing.filter((source) => newer.test(readFileSync(source, 'utf8')))).toEqual([]);
  });
});
