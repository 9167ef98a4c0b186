import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagedFunction } from '../../bundle/package-functions.ts';
import type { Config } from '../../core/config/check.ts';
import { declareSystem } from '../../infra/system.ts';
import { createBuildTemplate } from '../../infra/template/build-template.ts';
import { formatTemplate } from '../../infra/template/check-template-limits.ts';
import { formatZipName } from '../../infra/template/functions.ts';
import type { Template } from '../../infra/template/resource.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import type { Cloud } from '../cloud.ts';
import { deployStack, type Stack } from '../cloudformation/stack.ts';
import type { Place } from '../partition.ts';
import { type Administrator, actAsAdministrator } from './accounts.ts';
import { createAdministrators, type InstalledSystem, type InstallOptions, installServices } from './install.ts';

const root = join(import.meta.dirname, '..', '..');
const codeBucket = 'gantry-code';
const CodePrefix = 'gantry/';

/** The installed system with its stacks, by the target's name. The key of the build account's stack is `build`. */
export interface InstalledStacks extends InstalledSystem {
  stacks: ReadonlyMap<string, Stack>;
}

/** The person who deploys a stack in an account. */
export type Deployer = (cloud: Cloud, place: Place, template: Template) => Administrator;

const administrator: Deployer = (cloud, { account, region }) => actAsAdministrator(cloud, account, region);

/** Deploys one stack, or updates it. */
export function deployTemplate(
  cloud: Cloud,
  { place, template, parameters }: { place: Place; template: Template; parameters: Record<string, string> },
  { deployer = administrator, before }: { deployer?: Deployer; before?: Stack | undefined } = {},
): Promise<Stack> {
  const request = { name: 'gantry', template: formatTemplate(template), parameters };
  return deployStack(request, { cloud, place, call: deployer(cloud, place, template) }, before);
}

/** The template of the build account for these zips. */
export const templateFor = (config: Config, stage: string, functions: PackagedFunction[]): Template =>
  createBuildTemplate(config, stage, {
    codeDigests: new Map(functions.map(({ file, digest }) => [file, digest])),
    readDefinition: (file) => readFileSync(join(root, file), 'utf8'),
  });

/** Puts the zips into the bucket that `codeParameters` names. */
export async function uploadZips(admin: Administrator, functions: PackagedFunction[]): Promise<void> {
  for (const { file, digest, zip } of functions)
    await admin('s3', 'PutObject', {
      Bucket: codeBucket,
      Key: `${CodePrefix}${formatZipName(file, digest)}`,
      Body: zip(),
    });
}

export const codeParameters = { CodeBucket: codeBucket, CodePrefix };

/** Installs in a cloud the contents of the CloudFormation templates and of these functions' zips. `deployer` creates the resources. */
export async function installStacks(
  cloud: Cloud,
  config: Config,
  { functions, ...how }: InstallOptions & { functions: PackagedFunction[]; deployer?: Deployer },
): Promise<InstalledStacks> {
  const admin = actAsAdministrator(cloud, config.build.account, config.build.region);
  const administrators = createAdministrators(cloud, config);
  await admin('s3', 'CreateBucket', { Bucket: codeBucket });
  await uploadZips(admin, functions);
  const template = templateFor(config, how.stage, functions);
  const build = await deployTemplate(cloud, { place: config.build, template, parameters: codeParameters }, how);
  const stacks = new Map([['build', build]]);
  for (const target of config.targets)
    stacks.set(target.name, await deployTarget(cloud, config, target, { ...how, build }));
  const system = declareSystem(config, { stage: how.stage, keyArn: build.outputs.ArtifactKeyArn ?? '' });
  const existing = await installServices(cloud, config, system, how);
  return { config, system, administrators, stacks, ...existing };
}

function deployTarget(
  cloud: Cloud,
  config: Config,
  target: Config['targets'][number],
  { stage, build, ...how }: { stage: string; build: Stack; deployer?: Deployer },
): Promise<Stack> {
  const template = createTargetTemplate(config, target.name, stage);
  const { ArtifactKeyArn } = build.outputs;
  const isNamed = 'ArtifactKeyArn' in (template.Parameters ?? {});
  const parameters = isNamed && ArtifactKeyArn !== undefined ? { ArtifactKeyArn } : {};
  return deployTemplate(cloud, { place: target, template, parameters }, how);
}
