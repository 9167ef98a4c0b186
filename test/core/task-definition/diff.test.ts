import { describe, expect, it } from 'vitest';
import { diffTaskDefinitions } from '../../../core/task-definition/diff.ts';

const container = { name: 'app', image: 'web:1', environment: [{ name: 'A', value: '1' }] };
const side = (container_: object, rest: object = {}, tags: { key: string; value: string }[] = []) => ({
  definition: { family: 'web', containerDefinitions: [{ ...container, ...container_ }], ...rest },
  tags,
});

describe('the differences of two task definitions', () => {
  it.each([
    ['none', side({}), side({}), []],
    [
      'an image',
      side({}),
      side({ image: 'web:2' }),
      [{ field: 'containers.app.image', before: '"web:1"', after: '"web:2"' }],
    ],
    [
      'a list, which is shown whole',
      side({}),
      side({ environment: [] }),
      [{ field: 'containers.app.environment', before: '[{"name":"A","value":"1"}]', after: '[]' }],
    ],
    [
      'a field of one side alone, however deep',
      side({}, { runtimePlatform: { cpuArchitecture: 'ARM64' } }),
      side({}, { runtimePlatform: {} }),
      [{ field: 'runtimePlatform.cpuArchitecture', before: '"ARM64"', after: undefined }],
    ],
    [
      'a container',
      side({}),
      {
        ...side({}),
        definition: { family: 'web', containerDefinitions: [container, { name: 'log', image: 'log:1' }] },
      },
      [{ field: 'containers.log', before: undefined, after: '{"image":"log:1"}' }],
    ],
    [
      'tags',
      side({}, {}, [{ key: 'team', value: 'a' }]),
      side({}, {}, [
        { key: 'team', value: 'b' },
        { key: 'gantry:replaces', value: 'web:1' },
      ]),
      [
        { field: 'tags.team', before: '"a"', after: '"b"' },
        { field: 'tags.gantry:replaces', before: undefined, after: '"web:1"' },
      ],
    ],
  ])('%s', (_, before, after, differences) => {
    expect(diffTaskDefinitions(before, after)).toEqual(differences);
  });
});
