import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { createConfigSchema, describeConfig } from '../../bundle/config-schema.ts';
import { formatConfigTypes, formatType } from '../../bundle/config-types.ts';
import { readFieldComments } from '../../bundle/field-comments.ts';
import { findConfigErrors } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { listDocumentedConfigurations } from '../documented-configurations.ts';

const isAccepted = new Ajv({ allErrors: true, strict: false, formats: { email: true } }).compile(createConfigSchema());
const errorsOf = (config: unknown) => ({
  schema: isAccepted(config) ? [] : isAccepted.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`),
  zod: findConfigErrors(config),
});

const build = { account: '109876543210', region: 'eu-west-1' };
const role = 'team/web-execution';
const settings = {
  fileName: 'out/web.json',
  timeoutMinutes: 30,
  bakeMinutes: 5,
  rollBackForeignDeployments: true,
  logTail: 'off',
  allow: {
    privileged: true,
    hostVolumes: true,
    secrets: ['arn:aws:ssm:*'],
    environmentFiles: ['arn:aws:s3:::b/e.env'],
    fileSystems: ['fs-1'],
  },
};
const task = {
  name: 'migrate',
  container: 'app',
  command: ['rake'],
  timeoutMinutes: 5,
  cpu: 256,
  memory: 512,
  stopOnDeath: true,
};
const place = { account: '210987654321', region: 'eu-central-1', cluster: 'shop', viewers: [] };
/** A configuration with a value in every field. */
const complete = {
  name: 'gantry',
  build,
  repositories: ['legacy/*'],
  registries: ['public.ecr.aws/nginx'],
  artifactStores: [{ bucket: 'team-artifacts', key: 'arn:aws:kms:eu-west-1:109876543210:key/1-2' }],
  provider: 'Gantry',
  alarmTopic: 'arn:aws:sns:eu-west-1:109876543210:alarms',
  notify: { email: 'team@example.com' },
  targets: [
    {
      name: 'test',
      ...place,
      role: 'test-deployment',
      externalId: 'shop-7',
      viewers: ['arn:aws:iam::109876543210:root'],
      artifactAccess: 'read',
      builtInAction: false,
      approval: true,
      events: 'none',
      setUp: 'template',
      setUpRole: 'Admin',
      allowedPipelines: ['shop-*'],
      services: [
        {
          name: 'web',
          containers: ['app'],
          family: 'web',
          executionRole: role,
          taskRoles: ['web-task'],
          logGroup: '/ecs/web',
          alarms: ['web-5xx'],
          ...settings,
          preDeploy: [task],
          postDeploy: [{ ...task, name: 'smoke' }],
          schedules: ['nightly', 'reports/weekly', 'rule:cleanup'],
          scheduleRoles: ['ecsEventsRole'],
          allowedPipelines: ['*'],
          create: { port: 80, healthPath: '/up', image: 'public.ecr.aws/nginx/nginx:1', desiredCount: 2 },
        },
      ],
    },
    {
      name: 'all',
      ...place,
      cluster: 'all',
      match: { services: '*', families: ['*'], passRoles: ['shop-*'], logGroups: '/ecs/*', ...settings },
    },
  ],
  pipelines: [
    {
      name: 'shop',
      source: { type: 's3', bucket: 'sources', key: 'shop.zip' },
      build: { tags: 'mutable' },
      deploys: ['test/web'],
    },
  ],
};

type Path = (string | number)[];

/** Every place of a value, the outermost first. */
const pathsIn = (value: unknown, path: Path = []): Path[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) =>
        pathsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
      )
    : []),
];

const valueAt = (path: Path): unknown => path.reduce<unknown>((value, key) => Object(value)[key], complete);

/** The complete configuration with another value at one place. */
const withValue = ([key, ...rest]: Path, value: unknown, whole: unknown = complete): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(whole)) return whole.map((each, index) => (index === key ? withValue(rest, value, each) : each));
  return { ...Object(whole), [key]: withValue(rest, value, Object(whole)[key]) };
};

/** Values that are wrong in every place with this kind of value. */
const wrongValuesFor = (value: unknown): unknown[] => {
  if (typeof value === 'string') return [42, '', 'a b\nc', null, ['x'], {}];
  if (typeof value === 'number') return ['5', -1, 1.5, 1e9, null];
  if (typeof value === 'boolean') return ['true', 0, null];
  if (Array.isArray(value)) return [{}, [{ nobody: 1 }], [[]], null];
  return [null, 'text', [], { ...Object(value), unknownField: 1 }];
};

const mistakes = pathsIn(complete).flatMap((path) =>
  wrongValuesFor(valueAt(path)).map((value): [string, unknown] => [
    `${path.join('.') || 'the whole'} as ${JSON.stringify(value)?.slice(0, 60)}`,
    withValue(path, value),
  ]),
);

describe('the JSON Schema and the check of a configuration', () => {
  it.each<[string, unknown]>([
    ['the complete configuration', complete],
    ['the example', example],
    ['the name of the schema', { $schema: './node_modules/gantry/gantry.schema.json', ...complete }],
    ...listDocumentedConfigurations().map(({ where, config }): [string, unknown] => [where, config]),
  ])('both accept %s', (_, config) => {
    const { $schema, ...read } = Object(config);
    expect({ schema: errorsOf(config).schema, zod: findConfigErrors(read) }).toEqual({ schema: [], zod: [] });
  });

  it(`agree on ${mistakes.length} changes of one value, in every field`, () => {
    const found = mistakes.map(([what, config]) => ({ what, ...errorsOf(config) }));
    expect(found.filter(({ schema, zod }) => (schema.length === 0) !== (zod.length === 0))).toEqual([]);
    // The other values are valid, such as another number of megabytes.
    const good = found.filter(({ zod }) => zod.length === 0).map(({ what }) => what);
    expect(good.length, good.join('\n')).toBeLessThan(mistakes.length / 50);
  });
});

describe('the descriptions in the JSON Schema', () => {
  const target = createConfigSchema().properties!.targets!.items!;
  const service = target.properties!.services!.items!;

  it.each([
    ['a field of the configuration', createConfigSchema().properties!.name, 'The name of this installation, '],
    ['a field of a target', target.properties!.name, 'The name of the target: `test`, `prod`.'],
    ['a field of a service with the same name', service.properties!.name, 'The name of the ECS service.'],
    ['a field that services and patterns share', target.properties!.match!.properties!.bakeMinutes, 'How many minutes'],
    ['a field of an object in an object', service.properties!.allow!.properties!.hostVolumes, 'Volumes of the host'],
  ])('are the comments of the schema: %s', (_, field, beginning) => {
    expect(field!.description?.slice(0, beginning.length)).toBe(beginning);
  });

  it('belong to the object that the source describes', () => {
    const source = `
      const one = object({
        /** The size,
         * in KB. */
        size: number(),
        parts: list({
          /** Of a part. */
          size: text('{'.length > 0 ? '{ size }' : '}'),
        }),
        plain: text(),
      });`;
    expect(readFieldComments(source).map((fields) => Object.fromEntries(fields))).toEqual([
      { size: 'Of a part.' },
      { size: 'The size, in KB.', parts: '', plain: '' },
    ]);
  });
});

describe('the type of a configuration in the npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-types-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const root = join(import.meta.dirname, '..', '..');

  it('is the type that the checkout uses, and refuses a misspelt field', () => {
    const files = {
      'config.d.ts': formatConfigTypes(describeConfig()),
      'same.ts': `
        import type { ConfigInput } from '${root}/core/config/schema.ts';
        import type { Config } from './config.d.ts';
        export const one = (config: Config): ConfigInput => config;
        export const other = (config: ConfigInput): Config => config;
        export const good = ${JSON.stringify(complete)} satisfies Config;
        // @ts-expect-error
        export const misspelt = { ...good, nmae: 'shop' } satisfies Config;
        // @ts-expect-error
        export const wrong = { ...good, targets: [{ ...good.targets[0]!, events: 'some' }] } satisfies Config;
      `,
      'package.json': '{"type": "module"}',
      'tsconfig.json': JSON.stringify({
        extends: `${root}/tsconfig.json`,
        compilerOptions: { incremental: false, tsBuildInfoFile: null, typeRoots: [`${root}/node_modules/@types`] },
        include: ['*.ts'],
      }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { stdout } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it.each([
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } }, '(string | number)[]'],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ const: 's3' }, '"s3"'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, '{ [name: string]: boolean }'],
    [
      {
        type: 'object',
        properties: { a: { type: 'number', description: 'how many' }, b: {} as never },
        required: ['a'],
      },
      undefined,
    ],
  ])('of %j is %s', (schema, type) => {
    if (type === undefined) expect(() => formatType(schema)).toThrow('There is no TypeScript type for {}');
    else expect(formatType(schema)).toBe(type);
  });
});
