import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { deadLetterQueuePolicy } from '../../infra/policies-artifacts.ts';
import { functionFiles } from '../../infra/policies-functions.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { declareSystem } from '../../infra/system.ts';
import { listSharedMachines } from '../../infra/system-state-machines.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
/** The example, with every optional feature that the page mentions. */
const config = validateConfig({
  ...example,
  targets: example.targets.map((target) => ({
    ...target,
    allowedPipelines: ['*'],
    match: { services: '*', passRoles: ['web-*'] },
  })),
  artifactStores: [{ bucket: 'team-artifacts' }],
  notify: { email: 'team@example.com' },
} as never);
const system = declareSystem(config, { stage: 'production', keyArn });
const [created] = system.pipelines;
const sidsOf = (...policies: (PolicyDocument | undefined)[]): string[] =>
  [...new Set(policies.flatMap((policy) => policy?.Statement.map(({ Sid }) => Sid) ?? []))].sort();
const roleSids = (name: string): string[] => {
  const role = system.roles.find((one) => one.name === name);
  return role === undefined ? [] : sidsOf(...Object.values(role.policies));
};

/** The generated statements, by their subject as the page names it. */
const generated: Record<string, string[]> = {
  bucket: sidsOf(created?.bucket.policy),
  key: sidsOf(system.key?.policy),
  repository: sidsOf(created?.repository.policy),
  'dead-letter queue': sidsOf(deadLetterQueuePolicy(resolveInstallation(config, 'production', keyArn), ['rule'])),
  'role pipeline': roleSids('web-shop-production-pipeline'),
  'role build': roleSids('web-shop-production-build'),
  ...Object.fromEntries(functionFiles.map((file) => [file, roleSids(`gantry-production-${file}`)])),
  'machines that sleep': roleSids('gantry-production-deploy'),
  'machine continue': roleSids('gantry-production-continue'),
  'entry machines': roleSids('gantry-production-deploy_test'),
  schedule: roleSids('gantry-production-schedule'),
  'start-rollback': roleSids('gantry-production-start-rollback'),
  'test-deployment': roleSids('test-deployment'),
  'test-deployment-viewer': roleSids('test-deployment-viewer'),
  'web-execution': roleSids('web-execution'),
  'test-events': roleSids('gantry-production-test-events'),
};

/** The statements of the table `Each policy, and why`, by their subject. An empty first cell continues the row above. */
function readDocumented(): Map<string, string[]> {
  const page = readFileSync(new URL('../../docs/wiring.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('|---|---|---|\n');
  const documented = new Map<string, string[]>();
  let subjects: string[] = [];
  for (const [, first = '', statements = ''] of table.split('\n\n')[0]!.matchAll(/^\| ?(.*?) ?\| (.*?) \|/gm)) {
    if (first !== '') subjects = first === 'every function' ? [...functionFiles] : first.split(', ');
    const sids = [...statements.matchAll(/`(\w+)`/g)]
      .map(([, sid = '']) => sid)
      .filter((sid) => sid !== 'artifactStores');
    for (const subject of subjects) documented.set(subject, [...(documented.get(subject) ?? []), ...sids]);
  }
  return documented;
}

const documented = readDocumented();

describe('the table of policies in docs/wiring.md', () => {
  it.each(Object.entries(generated))('lists exactly the statements of %s', (subject, sids) => {
    expect(sids.length).toBeGreaterThan(0);
    expect([...new Set(documented.get(subject))].sort()).toEqual(sids);
  });

  it('lists nothing else but the bus, whose statements are named after accounts', () => {
    const unknown = [...documented.keys()].filter((subject) => !(subject in generated));
    expect(unknown).toEqual(['event bus']);
  });

  it.each(system.entryMachines)(
    'stands for the entry machine $name, whose statements have the same names',
    ({ name }) => {
      expect(roleSids(name)).toEqual(generated['entry machines']);
    },
  );

  it.each(listSharedMachines(system).filter(({ tokens }) => 'Table' in tokens))(
    'stands for the machine $name, whose statements have the same names',
    ({ name }) => {
      expect(roleSids(name)).toEqual(generated['machines that sleep']);
    },
  );
});
