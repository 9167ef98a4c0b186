import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import config from '../../infra/config.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';

async function gantry(...argv: string[]): Promise<{ out: string; err: string }> {
  const printed = { out: '', err: '' };
  await main(argv, {
    program: 'gantry',
    loadConfig: () => ({ config, configFile: 'gantry.config.ts' }),
    now: () => new Date(0),
    sleep: async () => {},
    uuid: () => '',
    interrupted: new AbortController().signal,
    out(text) {
      printed.out += text;
    },
    err(text) {
      printed.err += text;
    },
  });
  return printed;
}

it('the template goes to standard output, and the command to standard error', async () => {
  const { out, err } = await gantry('template', 'target', 'test');
  expect(JSON.parse(out)).toEqual(createTargetTemplate(config, 'test'));
  expect(err).toContain('aws cloudformation deploy --region eu-west-1 --stack-name gantry-production-test');
});

it('the policies go to standard output, one on each line', async () => {
  const { out, err } = await gantry('template', 'target', 'test', '--policy');
  const [policy] = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(policy).toMatchObject({ Version: '2012-10-17', Statement: expect.arrayContaining([]) });
  expect(err).toMatch(/^# The policy fits into a managed policy/);
});

it.each([
  [[], { type: 'template', template: createTargetTemplate(config, 'test'), command: expect.stringContaining('aws ') }],
  [['--policy'], { type: 'policies', policies: [{ Version: '2012-10-17' }] }],
])('--json with %j prints one line', async (options, line) => {
  const { out, err } = await gantry('template', 'target', 'test', '--json', ...options);
  expect(err).toBe('');
  expect(out.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({ at: '1970-01-01T00:00:00.000Z', ...line });
});

it.each(['Bad Bucket', 's3://my-deployments', 'a', 'UPPER', 'my-deployments/path'])(
  '--bucket %j is refused, because it is no name of a bucket',
  async (bucket) => {
    const { out, err } = await gantry('template', 'target', 'test', '--bucket', bucket);
    expect(out).toBe('');
    expect(err).toContain(`--bucket is "${bucket}"; it must be the name of a bucket, such as my-deployments.`);
  },
);
