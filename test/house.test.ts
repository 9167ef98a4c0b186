import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const rooms = ['core', 'aws', 'functions', 'infra', 'local', 'demo', 'cli', 'bench'];

const filesOf = (room: string): string[] => {
  const names = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${room}/${name}`);
};
const present = rooms.filter((room) => readdirSync(root).includes(room));
const files = present.flatMap(filesOf);
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What a file imports, relative paths made into `room/file`. */
const importsOf = (file: string): string[] =>
  [...text(file).matchAll(/(?:^|\n)(?:import|export)[^;'"]*?from '([^']+)'|import\('([^']+)'\)/g)].map((match) => {
    const name = match[1] ?? match[2] ?? '';
    return name.startsWith('.') ? join(file, '..', name) : name;
  });

/** The arrows of the design: what each room may import, beside itself and Node's own modules. */
const arrows: Record<string, RegExp> = {
  core: /^(zod|jsonc-parser|yauzl)$/,
  aws: /^(core\/|@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/|zod$)/,
  functions: /^(core\/|aws\/|#config$|zod$)/,
  infra: /^(core\/|gantry\.config\.ts$|@pulumi\/)/,
  // Of the plumbing only the plain data. The doctor judges policies as the embedded AWS does.
  cli: /^(core\/|aws\/|infra\/(arns|system|policies|target-template)[\w-]*\.ts$|local\/judge\.ts$|zod$)/,
  local:
    /^(zod|tinyqueue|jszip|yaml|esbuild|dynalite|aws-local-stepfunctions|fast-xml-parser|@cloud-copilot\/|@smithy\/|@aws-sdk\/)/,
};

/** `local/run.ts` and its parts put the installed system together: they alone in `local/` may look at the rest of the house. */
const exempt = /^local\/run(\.ts|\/)/;

describe('the house', () => {
  it.each(files.filter((file) => Object.keys(arrows).includes(file.split('/')[0]!) && !exempt.test(file)))(
    '%s imports only what its room may',
    (file) => {
      const room = file.split('/')[0]!;
      const strangers = importsOf(file).filter(
        (name) => !name.startsWith(`${room}/`) && !name.startsWith('node:') && !arrows[room]!.test(name),
      );
      expect(strangers).toEqual([]);
    },
  );

  it('keeps the core free of input, output, clocks and the environment', () => {
    const impure = /\bnode:(?!buffer|zlib)|process\.|Date\.now|new Date\(\)|Math\.random|console\.|setTimeout/;
    expect(filesOf('core').filter((file) => impure.test(text(file)))).toEqual([]);
  });

  it('has no file over 150 lines, none deeper than two folders and none with a name that says nothing', () => {
    const long = files.filter((file) => text(file).split('\n').length > 151);
    const deep = files.filter((file) => file.split('/').length > 3);
    const vague = files.filter((file) => /(^|\/)(utils?|helpers?|index|handler)\.ts$/.test(file));
    expect({ long, deep, vague }).toEqual({ long: [], deep: [], vague: [] });
  });

  it('has no cast outside the border to the SDK', () => {
    const cast = /\bas (?!const\b)[A-Z{(\w]/;
    const code = (file: string) =>
      text(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`|import[^;]*;|export \*[^;]*;/g, '');
    expect(files.filter((file) => !file.startsWith('aws/') && cast.test(code(file)))).toEqual([]);
  });

  it('takes of zod only what a bundle can be rid of: one value of its core brings all languages along, 260 KB', () => {
    const whole = /\bz\.(core\.[a-z]|locales)|import \{[^}]*\bz\b[^}]*\} from 'zod'/;
    expect(['core', 'aws', 'functions'].flatMap(filesOf).filter((file) => whole.test(text(file)))).toEqual([]);
  });

  it('imports development-only code nowhere in what is deployed', () => {
    const deployed = ['core', 'aws', 'functions'].flatMap(filesOf);
    expect(
      deployed.filter((file) => importsOf(file).some((name) => /^(local|test|infra|@cloud-copilot)/.test(name))),
    ).toEqual([]);
  });
});
