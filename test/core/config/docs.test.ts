import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { configSchema } from '../../../core/config/schema.ts';

const page = readFileSync(new URL('../../../docs/deploy.md', import.meta.url), 'utf8');
const [, tables = ''] = page.split('## 3. Fill in');
const documented = (title: string): string[] => {
  const [, table = ''] = tables.split(title);
  const rows = table.split('\n\n').find((part) => part.trim().startsWith('| field')) ?? '';
  return [...rows.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = '']) =>
    names.split(', ').map((name) => name.replaceAll('`', '').split('.')[0] ?? ''),
  );
};

interface Fields {
  properties: Record<string, Fields>;
  items: Fields;
}
const whole = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as unknown as Fields;
const target = whole.properties.targets!.items;
const service = target.properties.services!.items;

describe('docs/deploy.md has a row for every field of gantry.config.ts', () => {
  it.each([
    ['the configuration', 'gantry.config.ts', whole],
    ['a target', 'Each of `targets`:', target],
    ['the patterns of a target', 'Each `match` has patterns', target.properties.match!],
    ['a service', 'Each of `services`:', service],
    ['a pipeline', 'Each of `pipelines`:', whole.properties.pipelines!.items],
  ])('%s', (_what, title, { properties }) => {
    expect([...new Set(documented(title))].sort()).toEqual(Object.keys(properties).sort());
  });
});
