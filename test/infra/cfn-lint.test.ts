import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { formatTemplate } from '../../infra/template/check-template-limits.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { buildTemplate } from './templates.ts';

const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0;

const alarmTopic = 'arn:aws:sns:eu-west-1:111111111111:on-call';
const complete = validateConfig({ ...example, alarmTopic, notify: { email: 'a@example.com' } });

const templates = [
  // Three kinds of templates: one with every type of resource, one without a pipeline and its key, and one of a target, whose key is a parameter.
  buildTemplate(complete),
  buildTemplate(validateConfig({ ...example, pipelines: [] })),
  createTargetTemplate(complete, 'prod'),
];

describe.skipIf(!isInstalled)('cfn-lint (skipped unless it is installed: pip install cfn-lint)', () => {
  it('reports nothing', { timeout: 180_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-templates-'));
    const files = templates.map((template, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, formatTemplate(template));
      return file;
    });
    const { stdout, stderr, status } = spawnSync('cfn-lint', ['--regions', 'eu-west-1', '--', ...files], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  });
});
