import { describe, expect, it } from 'vitest';
import { parseTaskDefinitionFile } from '../../../core/task-definition/file.ts';

const read = (text: string) => parseTaskDefinitionFile(Buffer.from(text), 'deploy/taskdef.json');
const definition = {
  family: 'web',
  futureTop: null,
  containerDefinitions: [{ name: 'app', image: '<IMAGE1_NAME>', x: [] }],
};
const tags = [{ key: 'team', value: 'shop' }];

describe('a task definition file', () => {
  it.each([
    ["in the form of register-task-definition's input", definition, []],
    ['with tags inside', { ...definition, tags }, tags],
    ["in the form of describe-task-definition's output", { taskDefinition: definition, tags }, tags],
    ['in the same form without tags', { taskDefinition: definition }, []],
  ])('is accepted: %s', (_, file, expected) => {
    expect(read(JSON.stringify(file))).toEqual({ taskDefinition: definition, tags: expected });
  });

  it('can begin with a byte order mark, and its numbers keep their text', () => {
    const text = '{"family":"web","size":1.0,"containerDefinitions":[{"name":"app"}]}';
    expect(JSON.stringify(read(`\uFEFF${text}`).taskDefinition)).toBe(text);
  });

  const bare = JSON.stringify({ ...definition, pad: '' });
  /** Returns a definition whose JSON has exactly this number of bytes. */
  const sized = (bytes: number) => ({ ...definition, pad: 'x'.repeat(bytes - bare.length) });
  const spaces = ' '.repeat(100_000);
  const written = {
    'on one line': (bytes: number) => JSON.stringify(sized(bytes)),
    indented: (bytes: number) => JSON.stringify(sized(bytes), null, 8) + spaces,
    'with tags': (bytes: number) => JSON.stringify({ ...sized(bytes), tags }),
    'as ECS describes it': (bytes: number) =>
      JSON.stringify({ taskDefinition: { ...sized(bytes), taskDefinitionArn: spaces, registeredBy: 'x' } }, null, 2),
    'with characters of several bytes': (bytes: number) =>
      JSON.stringify({ ...definition, pad: `${'é'.repeat(1000)}${'x'.repeat(bytes - bare.length - 2000)}` }),
  };

  it.each(Object.entries(written))('can have at most 64 KiB in the form in which it is sent: %s', (_what, write) => {
    expect(read(write(65_536)).taskDefinition.family).toBe('web');
    const file = Buffer.byteLength(write(65_537));
    expect(() => read(write(65_537))).toThrow(
      `has ${file} bytes, and 65537 bytes as it is sent to ECS, without white space; ECS takes 65536 at most.`,
    );
  });

  it.each([
    ['{"family": }', /^The task definition file deploy\/taskdef.json is no valid JSON \(/],
    ['', /is no valid JSON/],
    ['[]', /is not a task definition: it is no JSON object\.$/],
    ['null', /it is no JSON object/],
    [
      '{}',
      /: it has no "family" \(a text\); it has no "containerDefinitions" \(a list with at least one container\)\.$/,
    ],
    ['{"family":"","containerDefinitions":[]}', /no "family".*no "containerDefinitions"/],
    ['{"family":7,"containerDefinitions":[{"name":"app"}]}', /: it has no "family" \(a text\)\.$/],
    [
      '{"family":"web","containerDefinitions":[{"name":"app"},{"image":"x"},null]}',
      /\[1\] has no "name" \(a text\); containerDefinitions\[2\]/,
    ],
    ['{"taskDefinition":{"family":"web"}}', /no "containerDefinitions"/],
    ['{"family":"web","containerDefinitions":[{"name":"app"}],"tags":[{"Key":"a"}]}', /"tags" is not a list/],
    ['{"family":"web","containerDefinitions":[{"name":"app"}],"tags":"a"}', /"tags" is not a list/],
  ])('is refused with the error: %s', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
    );
  });

  it('must be UTF-8', () => {
    const bytes = Buffer.from('{"family":"caf\xe9","containerDefinitions":[{"name":"app"}]}', 'latin1');
    expect(() => parseTaskDefinitionFile(bytes, 'taskdef.json')).toThrow(
      'The task definition file taskdef.json is not UTF-8.',
    );
  });
});
