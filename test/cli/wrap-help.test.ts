import { describe, expect, it } from 'vitest';
import { helpTexts } from '../../cli/help-texts.ts';
import { main } from '../../cli/main.ts';
import { verbs } from '../../cli/verbs.ts';
import { wrapHelp } from '../../cli/wrap-help.ts';

const line = '  --config FILE  the configuration (default: the nearest one, from the working directory upwards)';

async function readHelp(argv: string[], columns: number | undefined): Promise<string> {
  let printed = '';
  await main(argv, {
    program: 'npm run gantry --',
    loadConfig: () => Promise.reject(new Error('help needs no configuration')),
    now: () => new Date(0),
    sleep: async () => {},
    uuid: () => '',
    interrupted: new AbortController().signal,
    out(text) {
      printed += text;
    },
    err() {},
    terminal:
      columns === undefined
        ? undefined
        : { canRedraw: true, size: () => ({ columns, rows: 24 }), every: () => () => {} },
  });
  return printed;
}

describe('help', () => {
  it.each<[columns: number, lines: string[]]>([
    [120, [line]],
    [
      60,
      [
        '  --config FILE  the configuration (default: the nearest',
        '                 one, from the working directory upwards)',
      ],
    ],
    [
      28,
      [
        '  --config FILE  the',
        '    configuration (default:',
        '    the nearest one, from',
        '    the working directory',
        '    upwards)',
      ],
    ],
  ])('is continued below its own beginning at %i columns', (columns, lines) => {
    expect(wrapHelp(line, columns).split('\n')).toEqual(lines);
  });

  it.each([...Object.keys(helpTexts), ''])(
    'of "%s" breaks no word at 40, 80 and 160 columns, and changes none',
    async (verb) => {
      const whole = await readHelp([verb, '--help'], undefined);
      for (const columns of [40, 80, 160]) {
        const wrapped = await readHelp([verb, '--help'], columns);
        expect(wrapped.split(/\s+/)).toEqual(whole.split(/\s+/));
        expect(wrapped.split('\n').filter((one) => one.length > columns && one.trim().includes(' '))).toEqual([]);
      }
    },
  );

  it('exists for every verb, in lines of 80 columns', () => {
    expect(Object.keys(helpTexts)).toEqual([...verbs.keys()]);
    const lines = Object.values(helpTexts).flatMap((text) => text.split('\n'));
    expect(lines.filter((one) => one.length > 80)).toEqual([]);
  });
});
