import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createJumpingClock } from '../../local/clock.ts';
import { createCloud } from '../../local/create-cloud.ts';
import { allServices } from '../../local/run/start.ts';

const readme = readFileSync(new URL('../../local/README.md', import.meta.url), 'utf8');
const cloud = createCloud(createJumpingClock());

const covered = allServices
  .map((make) => make(cloud))
  .map(({ name, operations }) => `| \`${name}\` | ${Object.keys(operations).sort().join(', ')} |`)
  .sort();

it('local/README.md lists every service with every operation that it covers, and no other', () => {
  const [, section = ''] = readme.split('## What is covered');
  const listed = section.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  expect(listed.join('\n')).toBe(covered.join('\n'));
});
