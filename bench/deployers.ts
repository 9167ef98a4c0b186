import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packages from '../package.json' with { type: 'json' };
import { type CommandLine, createCommandDeployer } from './command-deployer.ts';
import type { Deployer } from './deployer.ts';
import { gantryDeployers } from './gantry-deployer.ts';
import { pipelineDeployer } from './pipeline-deployer.ts';
import { sdkDeployer } from './sdk-deployer.ts';

/** Returns the version that `aws --version` prints, e.g. `aws-cli/2.17.0`; undefined if the AWS CLI is not installed. */
function findAwsCliVersion(): string | undefined {
  const { status, stdout, stderr } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  return status === 0 ? /aws-cli\/\S+/.exec(stdout + stderr)?.[0] : undefined;
}

const bugcrowdFile = join(
  import.meta.dirname,
  '../node_modules/@bugcrowd/ecs-deployment-monitor/bin/ecs-deployment-monitor',
);

const listWatchers = (): CommandLine[] => [
  {
    id: 'awscli',
    title: 'aws ecs wait services-stable',
    version: findAwsCliVersion(),
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

/** Parses `NAME=CMD` from the command line. Throws if the text has another form. */
export function parseCommandLine(given: string, index: number, releases: boolean): CommandLine {
  const [, title, line] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (title === undefined || line === undefined)
    throw new Error(`"${given}" must be NAME=CMD, such as 'mine=./deploy.sh'.`);
  return { id: `${releases ? 'deployer' : 'watcher'}${index}`, title, version: 'as given', line, releases };
}

/** Returns all deployers, Gantry first: the built-in ones, and those of the command line. Add new ones here. */
export const listDeployers = (given: { deployer: string[]; watcher: string[] }): Deployer[] => [
  ...gantryDeployers,
  pipelineDeployer,
  sdkDeployer,
  ...[
    ...listWatchers(),
    ...given.watcher.map((line, index) => parseCommandLine(line, index, false)),
    ...given.deployer.map((line, index) => parseCommandLine(line, index, true)),
  ].map(createCommandDeployer),
];
