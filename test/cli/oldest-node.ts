import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

const oldestMajor = /\d+/.exec(packageJson.engines.node)![0];

const readVersion = (node: string): string => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';

/** The Node in OLDEST_NODE. Without this variable, the first Node on the PATH whose major version is the oldest in `engines`. Undefined if there is none. */
export const oldestNode = [
  process.env.OLDEST_NODE ?? '',
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node')),
].find((node) => existsSync(node) && readVersion(node).startsWith(`v${oldestMajor}.`));
