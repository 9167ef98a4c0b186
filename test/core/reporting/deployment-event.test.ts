import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDeploymentEvent, eventSource } from '../../../core/reporting/deployment-event.ts';
import { deploymentResults, ledgerEntrySchema } from '../../../core/reporting/ledger.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'events.md'), 'utf8');
const example = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(page)![1]!);

it('the example in docs/events.md is a published event', () => {
  const detail = ledgerEntrySchema.parse(example.detail);
  expect(detail).toEqual(example.detail);
  expect(createDeploymentEvent(detail)).toEqual({
    detailType: example['detail-type'],
    detail,
    resources: example.resources,
  });
  expect(example.source).toBe(eventSource);
});

/** Results that an execution of this kind does not have. */
const impossible = { deploy: ['NothingToDo'], rollback: ['Unchanged'] };

it.each(
  (['deploy', 'rollback'] as const).flatMap((kind) =>
    deploymentResults.filter((result) => !impossible[kind].includes(result)).map((result) => ({ kind, result })),
  ),
)('docs/events.md lists the event of a $kind with the result $result', ({ kind, result }) => {
  const { detailType } = createDeploymentEvent({ ...example.detail, kind, result });
  const row = page.split('\n').find((line) => line.startsWith(`| \`${detailType}\``));
  expect(row).toContain(`\`${result}\``);
});
