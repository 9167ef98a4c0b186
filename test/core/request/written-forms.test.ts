import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { parseDeployRequest } from '../../../core/request/parse.ts';
import { parseRollbackRequest } from '../../../core/request/rollback.ts';
import example from '../../../infra/config.ts';
import { exampleWithTargets } from '../../example-config.ts';
import { actionProperties, jobInput, targetFields } from '../../security/attempts.ts';

const refusal = (parse: () => unknown): string => {
  try {
    return `accepted: ${JSON.stringify(parse())}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
};
const deploy = (input: unknown) => parseDeployRequest(input, example);
const rollback = (revision: string) => parseRollbackRequest({ target: 'test/web', revision }, example, 'production');
const object = { bucket: 'artifacts', key: 'shop/Built/1' };

/** Every property and input field that takes a path, and the path that Gantry reads from it. */
const pathInputs: Record<string, (path: string) => unknown> = {
  FileName: (FileName) => deploy(jobInput({ ...actionProperties, FileName })).fileName,
  TaskDefinition: (TaskDefinition) => {
    const { base } = deploy(jobInput({ ...actionProperties, TaskDefinition }));
    return base.from === 'file' && base.path;
  },
  'artifact.fileName': (fileName) => deploy({ target: 'test/web', artifact: { ...object, fileName } }).fileName,
  taskDefinition: (taskDefinition) => {
    const { base } = deploy({ target: 'test/web', artifact: object, taskDefinition });
    return base.from === 'file' && base.path;
  },
  'fileName of gantry.config.ts': (fileName) => {
    const [first] = example.targets;
    const services = [{ ...first!.services[0]!, fileName }];
    return validateConfig(exampleWithTargets([{ ...first!, services }])).targets[0]?.services[0]?.fileName;
  },
};

describe.each(Object.entries(pathInputs))('the path in %s', (_name, read) => {
  it.each([
    ['a.json', 'a.json'],
    ['./a.json', 'a.json'],
    ['././a.json', 'a.json'],
    ['.//a.json', 'a.json'],
    ['b/a.json', 'b/a.json'],
    ['b/./a.json', 'b/a.json'],
    ['./b//./a.json', 'b/a.json'],
    ['B/A.json', 'B/A.json'],
    ['./latest', 'latest'],
    ['..b/c..json', '..b/c..json'],
    ['b/../a.json', 'a.json'],
    ['b/c/../../a.json', 'a.json'],
    ['./b/..//c/./a.json', 'c/a.json'],
    ['b\\a.json', 'b/a.json'],
    ['.\\a.json', 'a.json'],
    ['b\\..\\a.json', 'a.json'],
    ['u\u0308ber/a.json', '\u00fcber/a.json'],
    ['b c/a.json', 'b c/a.json'],
    ['b%2Fa.json', 'b%2Fa.json'],
    ['b%20c.json', 'b%20c.json'],
  ])('%s is read as %s', (written, meant) => {
    expect(read(written)).toBe(meant);
  });

  it.each([
    ['../a.json', 'it leads outside of the artifact'],
    ['b/../../a.json', 'it leads outside of the artifact'],
    ['b\\..\\..\\a.json', 'it leads outside of the artifact'],
    ['\\a.json', 'it leads outside of the artifact'],
    ['\\\\server\\a.json', 'it leads outside of the artifact'],
    ['C:\\a.json', 'it leads outside of the artifact'],
    ['a\n.json', 'it has control characters'],
    ['b/..', 'it names no file'],
    ['b\\', 'it names no file'],
    ['/a.json', 'it leads outside of the artifact'],
    ['C:/a.json', 'it leads outside of the artifact'],
    ['./', 'it names no file'],
    ['b/', 'it names no file'],
    ['b/.', 'it names no file'],
    ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:3', 'it is an ARN'],
  ])('%s is refused with the reason', (written, reason) => {
    expect(refusal(() => read(written))).toMatch(/^ConfigurationError: /);
    expect(refusal(() => read(written))).toContain(reason);
  });
});

const cluster = targetFields.cluster;
const own = `arn:aws:ecs:${targetFields.region}:222222222222`;

/** Every property and input field that takes an ECS ARN: the field's name in a message, and the type of the ARN's resource. */
const arnInputs: [field: string, resource: string, ask: (arn: string) => unknown][] = [
  ['ClusterName', `cluster/${cluster}`, (ClusterName) => deploy(jobInput({ ...actionProperties, ClusterName }))],
  ['ServiceName', `service/${cluster}/web`, (ServiceName) => deploy(jobInput({ ...actionProperties, ServiceName }))],
  ['ServiceName', 'service/web', (ServiceName) => deploy(jobInput({ ...actionProperties, ServiceName }))],
  ['target.cluster', `cluster/${cluster}`, (arn) => deploy({ target: { ...targetFields, cluster: arn } })],
  ['target.service', `service/${cluster}/web`, (arn) => deploy({ target: { ...targetFields, service: arn } })],
  ['target.service', 'service/web', (arn) => deploy({ target: { ...targetFields, service: arn } })],
  ['revision', 'task-definition/web:3', (revision) => deploy({ target: 'test/web', revision })],
  ['revision', 'task-definition/web:3', rollback],
];

describe.each(arnInputs)('the ARN in %s (%s)', (field, resource, ask) => {
  it("is accepted if it is in the target's account, Region and cluster", () => {
    expect(refusal(() => ask(`${own}:${resource}`))).toMatch(/^accepted/);
  });

  it.each([
    ['account', `arn:aws:ecs:${targetFields.region}:999999999999:${resource}`],
    ['Region', `arn:aws:ecs:us-east-1:222222222222:${resource}`],
    ['partition', `arn:aws-cn:ecs:${targetFields.region}:222222222222:${resource}`],
    ['account and Region', `arn:aws:ecs:us-east-1:999999999999:${resource}`],
  ])('is refused if it is of another %s, with the value found and the value expected', (_what, arn) => {
    const kind = resource.split('/')[0];
    expect(refusal(() => ask(arn))).toContain(
      `${field}: must be of the target's own account and Region: a name, or an ARN that begins with ${own}:${kind}/; found "${arn}".`,
    );
  });
});

it.each(arnInputs.filter(([, resource]) => resource.startsWith(`service/${cluster}/`)))(
  'the ARN in %s (%s) is refused if it names another cluster',
  (field, _resource, ask) => {
    expect(refusal(() => ask(`${own}:service/other/web`))).toContain(
      `${field}: must be of the cluster ${cluster}: a name, or an ARN that begins with ${own}:service/${cluster}/; found "${own}:service/other/web".`,
    );
  },
);

it.each([
  () => deploy({ target: 'nobody', revision: `${own}:task-definition/web:3` }),
  () => parseRollbackRequest({ target: 'nobody', revision: `${own}:task-definition/web:3` }, example, 'production'),
  () => parseRollbackRequest({ revision: `${own}:task-definition/web:3` }, example, 'production'),
])("an ARN beside an invalid target is not checked: only the target's error is reported", (ask) => {
  expect(refusal(ask)).toMatch(/^ConfigurationError: .*target: must be/);
});
