import { describe, expect, it } from 'vitest';
import { planRelease } from '../../core/service/plan.ts';
import { baseWith, imageWith, limitsWith, releaseWith, targetFacts } from '../core/service/facts.ts';

const own = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const app = { name: 'app', image: '<APP>' };
const container = (fields: object) => ({ containerDefinitions: [{ ...app, ...fields }] });
const plan = (definition: object, running: object = {}, allow: object = {}) =>
  planRelease(
    targetFacts({
      release: releaseWith({ base: { from: 'file', path: 't.json' }, images: [imageWith('app', `${own}/shop:1`)] }),
      base: { taskDefinition: { family: 'web', containerDefinitions: [app], ...definition }, tags: [] },
      running: baseWith(running),
    }),
    limitsWith({ allow: { privileged: false, hostVolumes: false, ...allow } }),
  ).unchanged;

const secret = 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:shop/db-AbCdEf';
const parameter = 'arn:aws:ssm:eu-west-1:222222222222:parameter/shop/db';
const file = 'arn:aws:s3:::shop-config/web.env';
const efs = (changes: object = {}) => ({ efsVolumeConfiguration: { fileSystemId: 'fs-1', ...changes } });
const volume = (fields: object) => ({ volumes: [{ name: 'data', ...fields }] });
const fsx = (credentialsParameter: string) => ({
  fsxWindowsFileServerVolumeConfiguration: {
    fileSystemId: 'fs-2',
    rootDirectory: 'share',
    authorizationConfig: { credentialsParameter, domain: 'shop.example' },
  },
});

/** Every field that refers outside of the task definition: the field in a message, the value, the definition, and an entry of `allow` that admits it. */
const references: [field: string, value: string, definition: object, allow: object][] = [
  ["secrets of 'app'", secret, container({ secrets: [{ name: 'DB', valueFrom: secret }] }), { secrets: [secret] }],
  [
    "secrets of 'app'",
    `${secret}:password::`,
    container({ secrets: [{ name: 'DB', valueFrom: `${secret}:password::` }] }),
    { secrets: [secret] },
  ],
  [
    "secrets of 'app'",
    '/shop/db',
    container({ secrets: [{ name: 'DB', valueFrom: '/shop/db' }] }),
    { secrets: [parameter] },
  ],
  [
    "secrets of 'app'",
    parameter,
    container({ secrets: [{ name: 'DB', valueFrom: parameter }] }),
    { secrets: ['/shop/*'] },
  ],
  [
    "secretOptions of 'app'",
    secret,
    container({
      logConfiguration: { logDriver: 'splunk', secretOptions: [{ name: 'splunk-token', valueFrom: secret }] },
    }),
    { secrets: ['arn:aws:secretsmanager:eu-west-1:222222222222:secret:shop/*'] },
  ],
  [
    "repositoryCredentials of 'app'",
    secret,
    container({ repositoryCredentials: { credentialsParameter: secret } }),
    { secrets: [secret] },
  ],
  [
    "credentialSpecs of 'app'",
    `credentialspec:${parameter}`,
    container({ credentialSpecs: [`credentialspec:${parameter}`] }),
    { secrets: [`credentialspec:${parameter}`] },
  ],
  [
    "environmentFiles of 'app'",
    file,
    container({ environmentFiles: [{ value: file, type: 's3' }] }),
    { environmentFiles: ['arn:aws:s3:::shop-config/*'] },
  ],
  [
    "firelensConfiguration of 'app'",
    file,
    container({
      firelensConfiguration: { type: 'fluentbit', options: { 'config-file-type': 's3', 'config-file-value': file } },
    }),
    { environmentFiles: [file] },
  ],
  ['the volume "data"', 'fs-1 /', volume(efs()), { fileSystems: ['fs-1'] }],
  ['the volume "data"', 'fs-1 /orders', volume(efs({ rootDirectory: '/orders' })), { fileSystems: ['fs-1'] }],
  [
    'the volume "data"',
    'fs-1 / fsap-1',
    volume(efs({ authorizationConfig: { accessPointId: 'fsap-1' } })),
    { fileSystems: ['fs-*'] },
  ],
  ['the volume "data"', 'fs-2 share', volume(fsx(secret)), { fileSystems: ['fs-2'], secrets: [secret] }],
  ['the volume "data"', secret, volume(fsx(secret)), { fileSystems: ['fs-2'], secrets: [secret] }],
  [
    'the volume "data"',
    'arn:aws:s3files:eu-west-1:222222222222:file-system/fs-3 /',
    volume({
      s3filesVolumeConfiguration: { fileSystemArn: 'arn:aws:s3files:eu-west-1:222222222222:file-system/fs-3' },
    }),
    { fileSystems: ['arn:aws:s3files:eu-west-1:222222222222:file-system/*'] },
  ],
];

describe.each(references)('a task definition file that refers by %s to %s', (field, value, definition, allow) => {
  const kind =
    Object.keys(allow).includes('fileSystems') && value !== secret ? 'fileSystems' : Object.keys(allow).at(-1);

  it('is refused if neither the running revision nor the configuration has it', () => {
    expect(() => plan(definition)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: expect.stringContaining(
          `The task definition file refers to "${value}" (${field}), which the running revision does not. Leave it out, or add it to allow: { ${kind}: […] } for the service in gantry.config.ts.`,
        ),
      }),
    );
  });

  it('is accepted if the running revision has it', () => {
    expect(plan(definition, definition)).toBe(false);
  });

  it('is accepted if the configuration allows it', () => {
    expect(plan(definition, {}, allow)).toBe(false);
  });
});

describe('a reference of the running revision', () => {
  it.each([
    ['another key of the secret', `${secret}:user::`, secret],
    ['the parameter by its name', '/shop/db', parameter],
    ['the parameter by its ARN', parameter, 'shop/db'],
  ])('can be written in another form: %s', (_what, asked, runs) => {
    expect(
      plan(
        container({ secrets: [{ name: 'DB', valueFrom: asked }] }),
        container({ secrets: [{ name: 'X', valueFrom: runs }] }),
      ),
    ).toBe(false);
  });

  it.each<[string, object, object]>([
    [
      'another folder of the file system',
      volume(efs({ rootDirectory: '/' })),
      volume(efs({ rootDirectory: '/orders' })),
    ],
    [
      'the file system past its access point',
      volume(efs()),
      volume(efs({ authorizationConfig: { accessPointId: 'fsap-1' } })),
    ],
    [
      "another account's parameter",
      container({ secrets: [{ name: 'A', valueFrom: parameter.replace('222222222222', '999999999999') }] }),
      container({ secrets: [{ name: 'A', valueFrom: parameter }] }),
    ],
  ])('is not the same as another one: %s', (_what, definition, running) => {
    expect(() => plan(definition, running)).toThrow('which the running revision does not');
  });
});

describe('the family', () => {
  const choose = (from: 'file' | 'revision' | 'latest', family: string, configured?: string) =>
    planRelease(
      targetFacts({
        release: releaseWith({
          images: from === 'revision' ? [] : [imageWith('app', `${own}/shop:1`)],
          base: {
            file: { from: 'file' as const, path: 't.json' },
            revision: { from: 'revision' as const, taskDefinition: `${family}:3` },
            latest: { from: 'latest' as const },
          }[from],
        }),
        base: baseWith({ family, taskDefinitionArn: `arn:aws:ecs:eu-west-1:222222222222:task-definition/${family}:3` }),
        running: baseWith(),
      }),
      limitsWith({ families: configured === undefined ? [] : [configured] }),
    );

  it.each([
    ['file' as const, 'The task definition file'],
    ['revision' as const, 'The revision billing:3'],
  ])("of a %s must be the service's own", (from, what) => {
    expect(choose(from, 'web').before.deploymentId).toBe('ecs-svc/1');
    expect(choose(from, 'shop', 'shop').warnings).toEqual([expect.stringContaining("from the family 'web' to 'shop'")]);
    expect(() => choose(from, 'billing', 'shop')).toThrow(
      `${what} is of the family "billing"; it must stay in the service's own, "web" or "shop".`,
    );
    expect(() => choose(from, 'billing')).toThrow(`it must stay in the service's own, "web".`);
  });
});
