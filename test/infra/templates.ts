import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../../core/config/check.ts';
import { createBuildTemplate } from '../../infra/template/build-template.ts';
import type { Template, TemplateResource } from '../../infra/template/resource.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';

const root = join(import.meta.dirname, '..', '..');

/** A digest for each function, so that a template needs no build. */
export const fixedDigests: ReadonlyMap<string, string> = new Map(
  globSync('functions/*.ts', { cwd: root }).map((file) => [basename(file, '.ts'), '0123456789ab']),
);

export const readDefinition = (file: string): string => readFileSync(join(root, file), 'utf8');

export const buildTemplate = (config: Config, codeDigests = fixedDigests, stage = 'production'): Template =>
  createBuildTemplate(config, stage, { codeDigests, readDefinition });

/** The templates of the build account and of each target. */
export const allTemplates = (config: Config): Template[] => [
  buildTemplate(config),
  ...config.targets.map(({ name }) => createTargetTemplate(config, name)),
];

/** The resources of one type, by their logical ids. */
export const resourcesOfType = ({ Resources }: Template, type: string): Record<string, TemplateResource> =>
  Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => Type === type));
