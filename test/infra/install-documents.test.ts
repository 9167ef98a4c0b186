import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { buildTemplate } from './templates.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8');
const section = page.slice(page.indexOf('### With CloudFormation'), page.indexOf('### Targets from a template'));
const codeIn = (language: string): string => section.split(`\`\`\`${language}\n`)[1]!.split('\n```')[0]!;

const buildParameters = Object.keys(buildTemplate(example).Parameters ?? {});
const { Outputs = {} } = buildTemplate(example);
const withKey = { ...example, targets: example.targets.map((target) => ({ ...target, builtInAction: true })) };
const targetParameters = Object.keys(createTargetTemplate(withKey, 'test').Parameters ?? {});
const stacks = ['gantry-production', 'gantry-production-test'];

/** A text in Terraform's language with `_` for its strings, which can contain code in `${…}` with strings of its own. */
function hideStrings(text: string): string {
  const open: string[] = [];
  return text.replaceAll(/"|\$\{|\}|[^"$}]+|\$/g, (part) => {
    const isHidden = open.length > 0;
    if (part === '"') open.at(-1) === '"' ? open.pop() : open.push('"');
    else if (part === '${') open.push(part);
    else if (part === '}' && open.at(-1) === '${') open.pop();
    return isHidden || open.length > 0 ? '_'.repeat(part.length) : part;
  });
}

/** The top-level blocks of a text in Terraform's language: their kind and labels, and their body. Throws if brackets do not match. */
function parseBlocks(given: string): { header: string; body: string }[] {
  const blocks: { header: string; body: string }[] = [];
  const text = given.replaceAll(/#.*/g, '');
  const signs = hideStrings(text);
  let [depth, start] = [0, 0];
  for (const { 0: sign, index } of signs.matchAll(/[{}()[\]]/g)) {
    depth += '{(['.includes(sign) ? 1 : -1;
    if (depth < 0) throw new Error(`unmatched ${sign} at ${index}`);
    if (depth > 0) continue;
    const opening = signs.indexOf('{', start);
    const header = text.slice(start, opening).trim();
    blocks.push({ header, body: text.slice(opening + 1, index) });
    start = index + 1;
  }
  if (depth !== 0 || signs.slice(start).trim() !== '') throw new Error('a block is not closed');
  return blocks;
}

const namesIn = (text: string): string[] => [...text.matchAll(/\b([A-Z]\w+)\s*[=:]/g)].map(([, name = '']) => name);

describe('the Terraform form in docs/deploy.md', () => {
  const blocks = parseBlocks(codeIn('hcl'));
  const bodyOf = (header: string) => blocks.find((block) => block.header === header)?.body ?? `no ${header}`;

  it('has the zips and the template as objects, and the two stacks', () => {
    expect(blocks.map(({ header }) => header)).toEqual([
      'terraform',
      'locals',
      'provider "aws"',
      'provider "aws"',
      'resource "aws_s3_object" "code"',
      'resource "aws_s3_object" "template"',
      'resource "aws_cloudformation_stack" "gantry"',
      'resource "aws_cloudformation_stack" "gantry_test"',
    ]);
  });

  it.each([
    ['gantry', stacks[0], buildParameters],
    ['gantry_test', stacks[1], targetParameters],
  ])('passes the stack %s exactly the parameters of its template', (resource, stack, parameters) => {
    const body = bodyOf(`resource "aws_cloudformation_stack" "${resource}"`);
    expect(body).toMatch(new RegExp(`name\\s+= "${stack}"`));
    expect(namesIn(/parameters\s+= \{([^}]*)\}/.exec(body)?.[1] ?? '')).toEqual(parameters);
    expect(body).toContain('CAPABILITY_NAMED_IAM');
  });

  it('reads only outputs that the template of the build account has', () => {
    const outputs = [...codeIn('hcl').matchAll(/outputs\["(\w+)"\]/g)].map(([, name]) => name);
    expect(outputs).toEqual(['ArtifactKeyArn']);
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(outputs));
  });

  it('refers only to resources and locals that it has', () => {
    const text = codeIn('hcl');
    const locals = namesOf(bodyOf('locals'));
    expect([...text.matchAll(/\blocal\.(\w+)/g)].filter(([, name = '']) => !locals.includes(name))).toEqual([]);
    const made = blocks.map(({ header }) =>
      header
        .split('"')
        .filter((_, index) => index % 2 === 1)
        .join('.'),
    );
    const referred = [...text.matchAll(/\b(aws_(?:s3_object|cloudformation_stack)\.\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(referred.filter((name) => !made.includes(name))).toEqual([]);
    expect(referred.length).toBeGreaterThan(2);
  });
});

const namesOf = (body: string): string[] => [...body.matchAll(/^\s*(\w+)\s*=/gm)].map(([, name = '']) => name);

describe('the CDK form in docs/deploy.md', () => {
  it('is TypeScript that a compiler accepts, and includes the two templates with exactly their parameters', async () => {
    const { outputFiles } = await build({
      stdin: { contents: codeIn('typescript'), loader: 'ts' },
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['aws-cdk-lib', 'aws-cdk-lib/*'],
      logLevel: 'silent',
    });
    expect(outputFiles).toHaveLength(1);
    const included = codeIn('typescript').split('new CfnInclude(').slice(1);
    expect(included.map((text) => /templateFile: '([^']+)'/.exec(text)?.[1])).toEqual([
      '.gantry/build.json',
      '.gantry/target-test.json',
    ]);
    const given = included.map((text) => namesIn(/parameters: \{([^}]*)\}/.exec(text)?.[1] ?? ''));
    expect(given).toEqual([buildParameters, targetParameters]);
    for (const stack of stacks) expect(codeIn('typescript')).toContain(`'${stack}'`);
  });
});

describe('the CloudFormation form in docs/deploy.md', () => {
  it('passes exactly the parameters of the template', () => {
    const [, overrides = ''] = /--parameter-overrides (CodeBucket.*)/.exec(section) ?? [];
    expect(namesIn(overrides)).toEqual(buildParameters);
    expect(section).toContain(`--stack-name ${stacks[0]} --template-file .gantry/build.json`);
  });
});
