import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packages from '../package.json' with { type: 'json' };
import { type CommandLine, command } from './command.ts';
import type { Deployer } from './deployer.ts';
import { gantries } from './gantry.ts';
import { pipeline } from './pipeline.ts';
import { sdk } from './sdk.ts';

/** What `aws --version` says of itself, e.g. `aws-cli/2.17.0`; undefined where there is none. */
function awsVersion(): string | undefined {
  const { status, stdout, stderr } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  return status === 0 ? /aws-cli\/\S+/.exec(stdout + stderr)?.[0] : undefined;
}

const bugcrowdFile = join(
  import.meta.dirname,
  '../node_modules/@bugcrowd/ecs-deployment-monitor/bin/ecs-deployment-monitor',
);

const watchers = (): CommandLine[] => [
  {
    id: 'awscli',
    title: 'aws ecs wait services-stable',
    version: awsVersion(),
    line: 'aws ecs wait services-stable --cluster "$CLUSTER" --services "$SERVICE"',
  },
  {
    id: 'bugcrowd',
    title: '@bugcrowd/ecs-deployment-monitor',
    version: existsSync(bugcrowdFile) ? packages.devDependencies['@bugcrowd/ecs-deployment-monitor'] : undefined,
    line: `"${process.execPath}" "${bugcrowdFile}" --cluster "$CLUSTER" --service-name "$SERVICE" --task-definition "$TASK_DEFINITION"`,
    asksBalancer: true,
  },
];

/** `NAME=CMD` of the command line, as a deployer. Throws where it is not that. */
export function commandLineOf(given: string, index: number, releases: boolean): CommandLine {
  const [, title, line] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (title === undefined || line === undefined)
    throw new Error(`"${given}" must be NAME=CMD, such as 'mine=./deploy.sh'.`);
  return { id: `${releases ? 'deployer' : 'watcher'}${index}`, title, version: 'as given', line, releases };
}

/** All deployers, Gantry first: those that are always there, and those of the command line. A new one is added here. */
export const deployersOf = (given: { deployer: string[]; watcher: string[] }): Deployer[] => [
  ...gantries,
  pipeline,
  sdk,
  ...[
    ...watchers(),
    ...given.watcher.map((line, index) => commandLineOf(line, index, false)),
    ...given.deployer.map((line, index) => commandLineOf(line, index, true)),
  ].map(command),
];
