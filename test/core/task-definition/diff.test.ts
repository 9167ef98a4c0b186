import { describe, expect, it } from 'vitest';
import { diffTaskDefinitions } from '../../../core/task-definition/diff.ts';

const container = { name: 'app', image: 'web:1', environment: [{ name: 'A', value: '1' }] };
const side = (container_: object, rest: object = {}, tags: { key: string; value: string }[] = []) => ({
  definition: { family: 'web', containerDefinitions: [{ ...container, ...container_ }], ...rest },
  tags,
});

describe('the differences of two task definitions', () => {
  it.each([
    ['none', side({}), side({}), []],
    [
      'an image',
      side({}),
      side({ image: 'web:2' }),
      [{ field: 'containers.app.image', before: '"web:1"', after: '"web:2"' }],
    ],
    [
      'a list, which is shown completely',
      side({ dnsServers: ['10.0.0.2'] }),
      side({ dnsServers: [] }),
      [{ field: 'containers.app.dnsServers', before: '["10.0.0.2"]', after: '[]' }],
    ],
    [
      'a field that only one side has, at any depth',
      side({}, { runtimePlatform: { cpuArchitecture: 'ARM64' } }),
      side({}, { runtimePlatform: {} }),
      [{ field: 'runtimePlatform.cpuArchitecture', before: '"ARM64"', after: undefined }],
    ],
    [
      'a container',
      side({}),
      {
        ...side({}),
        definition: { family: 'web', containerDefinitions: [container, { name: 'log', image: 'log:1' }] },
      },
      [{ field: 'containers.log.image', before: undefined, after: '"log:1"' }],
    ],
    [
      'tags',
      side({}, {}, [{ key: 'team', value: 'a' }]),
      side({}, {}, [
        { key: 'team', value: 'b' },
        { key: 'gantry:replaces', value: 'web:1' },
      ]),
      [
        { field: 'tags.team', before: '"a"', after: '"b"' },
        { field: 'tags.gantry:replaces', before: undefined, after: '"web:1"' },
      ],
    ],
  ])('%s', (_, before, after, differences) => {
    expect(diffTaskDefinitions(before, after)).toEqual(differences);
  });
});

describe('values that may be secret', () => {
  const secret = 'S3CRET';
  const value = { name: 'TOKEN', value: secret };
  const from = { name: 'TOKEN', valueFrom: secret };
  const options = { 'splunk-token': secret };
  /** Every field that can hold a secret, with the names that the difference shows. */
  const fields: [shown: string, container: object, rest?: object][] = [
    ['containers.app.environment.TOKEN', { environment: [...container.environment, value] }],
    ['containers.app.secrets.TOKEN', { secrets: [from] }],
    ['containers.app.environmentFiles', { environmentFiles: [{ value: secret, type: 's3' }] }],
    ['containers.app.dockerLabels.token', { dockerLabels: { token: secret } }],
    ['containers.app.command', { command: ['run', secret] }],
    ['containers.app.entryPoint', { entryPoint: ['run', secret] }],
    ['containers.app.healthCheck.command', { healthCheck: { command: ['CMD', secret] } }],
    ['containers.app.logConfiguration.options.splunk-token', { logConfiguration: { options } }],
    ['containers.app.logConfiguration.secretOptions.TOKEN', { logConfiguration: { secretOptions: [from] } }],
    ['containers.app.firelensConfiguration.options.splunk-token', { firelensConfiguration: { options } }],
    [
      'containers.app.repositoryCredentials.credentialsParameter',
      { repositoryCredentials: { credentialsParameter: secret } },
    ],
    ['containers.app.credentialSpecs', { credentialSpecs: [secret] }],
    ['containers.app.dockerSecurityOptions', { dockerSecurityOptions: [secret] }],
    ['containers.app.fieldOfTomorrow', { fieldOfTomorrow: secret }],
    [
      'volumes.data.dockerVolumeConfiguration.driverOpts.o',
      {},
      { volumes: [{ name: 'data', dockerVolumeConfiguration: { driverOpts: { o: secret } } }] },
    ],
    [
      'volumes.data.fsxWindowsFileServerVolumeConfiguration.authorizationConfig.credentialsParameter',
      {},
      {
        volumes: [
          {
            name: 'data',
            fsxWindowsFileServerVolumeConfiguration: { authorizationConfig: { credentialsParameter: secret } },
          },
        ],
      },
    ],
    ['proxyConfiguration.properties.TOKEN', {}, { proxyConfiguration: { properties: [value] } }],
    ['fieldOfTomorrow', {}, { fieldOfTomorrow: secret }],
  ];

  it.each(fields)('%s: only the name is shown, unless values are requested', (field, container_, rest) => {
    const [without, having] = [side({}), side(container_, rest)];
    expect(diffTaskDefinitions(without, having)).toEqual([{ field, hidden: 'added' }]);
    expect(diffTaskDefinitions(having, without)).toEqual([{ field, hidden: 'removed' }]);
    const other = JSON.parse(JSON.stringify(having).replaceAll(secret, 'OTHER'));
    expect(diffTaskDefinitions(having, other)).toEqual([{ field, hidden: 'changed' }]);
    const shown = JSON.stringify(diffTaskDefinitions(having, other, { showValues: true }));
    expect(shown).toContain(secret);
    expect(shown).toContain('OTHER');
  });

  it('are hidden in a new container', () => {
    const log = { name: 'log', image: 'log:1', environment: [value] };
    const after = { ...side({}), definition: { family: 'web', containerDefinitions: [container, log] } };
    expect(diffTaskDefinitions(side({}), after)).toEqual([
      { field: 'containers.log.image', before: undefined, after: '"log:1"' },
      { field: 'containers.log.environment.TOKEN', hidden: 'added' },
    ]);
  });

  it('are compared one by one, in any order', () => {
    const three = (b: string) => [{ name: 'B', value: b }, value, { name: 'A', value: '1' }];
    const before = side({ environment: three('1') });
    expect(diffTaskDefinitions(before, side({ environment: three('2').reverse() }))).toEqual([
      { field: 'containers.app.environment.B', hidden: 'changed' },
    ]);
  });

  it.each([
    ['a name that occurs twice', [value, value]],
    ['no list', { TOKEN: secret }],
    ['entries without a name', [secret]],
  ])("are hidden if the environment does not have ECS's form: %s", (_what, environment) => {
    expect(JSON.stringify(diffTaskDefinitions(side({}), side({ environment })))).not.toContain(secret);
  });
});
