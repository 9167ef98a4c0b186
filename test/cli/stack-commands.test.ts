import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { formatCopyCommand, formatDeployCommand, type PlannedStack } from '../../cli/stack-commands.ts';
import example from '../../infra/config.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { buildTemplate } from '../infra/templates.ts';

const place = {
  account: '111111111111',
  region: 'eu-west-1',
  stack: 'gantry-production',
  prefix: 'gantry-production',
  bucket: 'my-deployments',
  keyPrefix: 'gantry-production/',
};
const build: PlannedStack = { template: buildTemplate(example), place, file: '.gantry/build.json' };

/** The arguments of each call of aws, when a shell runs the commands. */
function runInShell(commands: string): string[][] {
  const program = `aws() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\n'; }\n${commands}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\0').slice(0, -1));
}

const readOption = (words: string[], option: string): string | undefined => words[words.indexOf(option) + 1];

describe('the printed commands', () => {
  it.each(['.gantry', 'a b', "it's", '../été', '$HOME', 'a;b', 'a"b', '`x`', '*', '-x', '/tmp/x (1)', '~', 'a\\b'])(
    'read the files in the folder %s when a shell runs them',
    (folder) => {
      const path = `${folder}/build.json`;
      const [copy, deploy] = runInShell(
        formatCopyCommand(folder, place) + formatDeployCommand({ ...build, file: path }),
      );
      const local = (file: string) => (file.startsWith('-') ? `./${file}` : file);
      expect(copy!.slice(0, 4)).toEqual(['s3', 'cp', local(folder), 's3://my-deployments/gantry-production/']);
      expect(readOption(deploy!, '--template-file')).toBe(local(path));
    },
  );

  it('upload a template that is too large for a request, pass all parameters, and succeed if nothing has changed', () => {
    const [deploy] = runInShell(formatDeployCommand(build));
    expect(deploy).toEqual([
      'cloudformation',
      'deploy',
      ...['--region', 'eu-west-1', '--stack-name', 'gantry-production', '--template-file', '.gantry/build.json'],
      ...['--s3-bucket', 'my-deployments', '--s3-prefix', 'gantry-production'],
      ...['--capabilities', 'CAPABILITY_NAMED_IAM', '--no-fail-on-empty-changeset'],
      ...['--parameter-overrides', 'CodeBucket=my-deployments', 'CodePrefix=gantry-production/'],
    ]);
  });

  it('for a target without a parameter pass none, and its template has no empty list of parameters', () => {
    const config = { ...example, targets: example.targets.map((one) => ({ ...one, artifactAccess: 'none' as const })) };
    const template = createTargetTemplate(config, 'test');
    expect(template).not.toHaveProperty('Parameters');
    const [deploy] = runInShell(formatDeployCommand({ template, place, file: 'test.json' }));
    expect(deploy).not.toContain('--parameter-overrides');
  });
});
