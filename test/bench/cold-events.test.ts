import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'vitest';
import { callsAws, eventFor } from '../../bench/cold-events.ts';
import { measureStart } from '../../bench/cold-process.ts';

const folder = join(import.meta.dirname, '..', '..', 'functions');

describe('the event that the cold benchmark gives a function', () => {
  it.each(readdirSync(folder).filter((file) => callsAws(basename(file, '.ts'))))(
    'leads to a call to AWS in %s',
    async (file) => {
      const event = eventFor(basename(file, '.ts'));
      // The promise rejects if the function refuses the event, or answers the event without a call.
      await measureStart(join(folder, file), { event, callsAws: true });
    },
  );
});
