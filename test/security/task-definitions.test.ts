import { describe, expect, it } from 'vitest';
import { planRelease } from '../../core/service/plan.ts';
import { baseWith, imageWith, limitsWith, releaseWith, targetFacts } from '../core/service/facts.ts';

const own = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const app = { name: 'app', image: '<APP>' };
const file = (definition: object, running?: object) =>
  targetFacts({
    release: releaseWith({ base: { from: 'file', path: 'taskdef.json' }, images: [imageWith('app', `${own}/shop:1`)] }),
    base: { taskDefinition: { family: 'web', containerDefinitions: [app], ...definition }, tags: [] },
    running: running && baseWith(running),
  });
const container = (fields: object) => ({ containerDefinitions: [{ ...app, ...fields }] });
const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;

describe('a task definition file of the artifact is refused if it asks for', () => {
  it.each<[string, object, string]>([
    [
      'another task role',
      { taskRoleArn: role('admin') },
      `asks for the taskRoleArn "${role('admin')}"; it may be ${role('web-execution')}, ${role('web-task')}.`,
    ],
    ['another role by its name', { taskRoleArn: 'admin' }, 'asks for the taskRoleArn "admin"'],
    ["another account's role", { taskRoleArn: 'arn:aws:iam::999999999999:role/web-task' }, 'asks for the taskRoleArn'],
    ['another execution role', { executionRoleArn: role('admin') }, 'asks for the executionRoleArn'],
    ['a role that is not a text', { taskRoleArn: { arn: 1 } }, 'asks for the taskRoleArn {"arn":1}'],
    [
      'a privileged container',
      container({ privileged: true }),
      "asks for privileged for 'app' (true), which gives a container power over its host",
    ],
    ['privilege in another form', container({ privileged: 'true' }), 'asks for privileged'],
    [
      'a device',
      container({ linuxParameters: { devices: [{ hostPath: '/dev/sda' }] } }),
      'asks for linuxParameters.devices',
    ],
    ["the host's processes", { pidMode: 'host' }, 'asks for pidMode "host"'],
    ["the host's memory", { ipcMode: 'host' }, 'asks for ipcMode "host"'],
    ["the host's network", { networkMode: 'host' }, 'asks for networkMode "host"'],
    [
      'a volume of the host',
      { volumes: [{ name: 'root', host: { sourcePath: '/' } }] },
      'asks for volumes of the host ("root")',
    ],
    [
      'a host volume through a driver',
      {
        volumes: [
          { name: 'root', dockerVolumeConfiguration: { driver: 'local', driverOpts: { device: '/', o: 'bind' } } },
        ],
      },
      'asks for volumes of the host ("root")',
    ],
    [
      'a foreign image beside ours',
      { containerDefinitions: [app, { name: 'miner', image: 'docker.io/evil/miner' }] },
      `asks for the image "docker.io/evil/miner" for 'miner', which is not from a registry that may be used`,
    ],
  ])('%s', (_, definition, message) => {
    const plan = () => planRelease(file(definition, { networkMode: 'awsvpc' }), limitsWith());
    expect(plan).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringContaining(message) }),
    );
  });

  it('several of these, which one message lists', () => {
    const all = { taskRoleArn: 'admin', pidMode: 'host', volumes: [{ name: 'v', host: { sourcePath: '/' } }] };
    expect(() => planRelease(file(all), limitsWith())).toThrow(/taskRoleArn.*pidMode.*volumes of the host/);
  });
});

const added = (add: unknown) => container({ linuxParameters: { capabilities: { add } } });
const option = (...dockerSecurityOptions: unknown[]) => container({ dockerSecurityOptions });

describe('a setting that removes access, or adds none to the host, is accepted', () => {
  const defaults = [
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'NET_RAW',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
    'SYS_CHROOT',
  ];
  it.each<[string, object]>([
    ['no-new-privileges', option('no-new-privileges')],
    ['no-new-privileges:true', option('no-new-privileges:true')],
    ['an AppArmor profile', option('apparmor:docker-default')],
    ['a seccomp profile', option('seccomp=/etc/docker/strict.json')],
    ['an SELinux type', option('label:type:svirt_apache_t')],
    ['an SELinux level', option('label:level:s0:c100,c200')],
    ['several confinements', option('no-new-privileges', 'apparmor:strict', 'label:user:shop')],
    ['no options', option()],
    [
      'fewer capabilities',
      container({ linuxParameters: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } }),
    ],
    ['a capability of the default set, as Docker writes it', added(['cap_chown'])],
    ...defaults.map((name): [string, object] => [`the default capability ${name}`, added([name])]),
    ['a read-only root file system', container({ readonlyRootFilesystem: true })],
    ['a user', container({ user: '1000:1000' })],
    ['limits', container({ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }] })],
    [
      'its own memory and processes',
      container({
        linuxParameters: {
          initProcessEnabled: true,
          sharedMemorySize: 64,
          tmpfs: [{ containerPath: '/tmp', size: 64 }],
        },
      }),
    ],
    ['no devices', container({ linuxParameters: { devices: [] } })],
  ])('%s', (_, definition) => {
    expect(planRelease(file(definition, { networkMode: 'awsvpc' }), limitsWith()).unchanged).toBe(false);
  });
});

describe('a setting that gives access to the host is refused by name', () => {
  it.each<[string, object, string]>([
    [
      'AppArmor lifted',
      option('apparmor:unconfined'),
      'asks for dockerSecurityOptions for \'app\' ("apparmor:unconfined")',
    ],
    ['seccomp lifted', option('seccomp:unconfined'), '"seccomp:unconfined"'],
    ['seccomp lifted in Docker’s other spelling', option('seccomp=unconfined'), '"seccomp=unconfined"'],
    ['a seccomp profile in place', option('seccomp:{"defaultAction":"SCMP_ACT_ALLOW"}'), 'SCMP_ACT_ALLOW'],
    ['SELinux lifted', option('label:disable'), '"label:disable"'],
    ['an unconfined SELinux type', option('label:type:spc_t'), '"label:type:spc_t"'],
    ['system paths', option('systempaths=unconfined'), '"systempaths=unconfined"'],
    ['a credential file of the host', option('credentialspec:file://gmsa.json'), '"credentialspec:file://gmsa.json"'],
    ['options that are no list', container({ dockerSecurityOptions: 'apparmor:unconfined' }), '"apparmor:unconfined"'],
    ['an option that is no text', option({ a: 1 }), '{"a":1}'],
    ...['ALL', 'SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN', 'SYS_MODULE', 'DAC_READ_SEARCH', 'BPF', 'cap_sys_admin'].map(
      (name): [string, object, string] => [
        `the capability ${name}`,
        added(['CHOWN', name]),
        `asks for linuxParameters.capabilities.add for 'app' ("${name}")`,
      ],
    ),
    ['a capability that is no list', added('SYS_ADMIN'), '"SYS_ADMIN"'],
  ])('%s', (_, definition, words) => {
    const plan = () => planRelease(file(definition, { networkMode: 'awsvpc' }), limitsWith());
    expect(plan).toThrow(/which gives a container power over its host/);
    expect(plan).toThrow(words);
  });
});

describe('a task definition file is accepted if it asks for', () => {
  it.each<[string, object, object, object]>([
    ['a configured role', { taskRoleArn: 'web-task', executionRoleArn: role('web-execution') }, {}, {}],
    ['the role that the service already has', { taskRoleArn: role('legacy') }, {}, { taskRoleArn: role('legacy') }],
    [
      'an image that the service already runs',
      { containerDefinitions: [app, { name: 'log', image: 'old.example/log:1' }] },
      {},
      { containerDefinitions: [{ name: 'log', image: 'old.example/log:1' }] },
    ],
    ['an image of the build account', { containerDefinitions: [app, { name: 'log', image: `${own}/log:1` }] }, {}, {}],
    [
      'an image of a listed registry',
      { containerDefinitions: [app, { name: 'log', image: 'public.ecr.aws/x/log:1' }] },
      { registries: ['public.ecr.aws/x'] },
      {},
    ],
    [
      'privilege, if it is allowed',
      { ...container({ privileged: true }), pidMode: 'host' },
      { allow: { privileged: true, hostVolumes: false } },
      {},
    ],
    [
      'host volumes, if they are allowed',
      { volumes: [{ name: 'v', host: { sourcePath: '/' } }] },
      { allow: { privileged: false, hostVolumes: true } },
      {},
    ],
    [
      'volumes of the task',
      { volumes: [{ name: 'v' }, { name: 'w', host: {} }, { name: 'e', efsVolumeConfiguration: {} }] },
      {},
      {},
    ],
    [
      'nothing special',
      { ...container({ privileged: false, linuxParameters: { capabilities: { drop: ['ALL'] } } }), pidMode: 'task' },
      {},
      {},
    ],
  ])('%s', (_, definition, changes, running) => {
    expect(planRelease(file(definition, running), limitsWith(changes)).unchanged).toBe(false);
  });
});
