import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { announcementOf, announcer } from '../../../core/reporting/announcement.ts';
import { entry, results } from '../../../core/reporting/ledger.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'events.md'), 'utf8');
const example = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(page)![1]!);

it('the example in docs/events.md is an event as it is announced', () => {
  const detail = entry.parse(example.detail);
  expect(detail).toEqual(example.detail);
  expect(announcementOf(detail)).toEqual({
    detailType: example['detail-type'],
    detail,
    resources: example.resources,
  });
  expect(example.source).toBe(announcer);
});

it.each(results)('docs/events.md lists the result %s with its event', (result) => {
  const { detailType } = announcementOf({ ...example.detail, result });
  const row = page.split('\n').find((line) => line.startsWith(`| \`${detailType}\``));
  expect(row).toContain(`\`${result}\``);
});
