import { describe, expect, it } from 'vitest';
import {
  createExecutionTag,
  createRevisionTags,
  listTagWarnings,
  planRevisionTags,
} from '../../../core/task-definition/tags.ts';

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:0f8fad5b-d9cb-469f-a165-70867728950e';
const digest = `shop@sha256:${'b'.repeat(64)}`;
const provenance = {
  execution,
  replaces: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/shop:7',
  pipeline: 'shop/7c9e6679-7425-40de-944b-e07fc1f90ae7',
  artifact: { bucket: 'artifacts', key: 'shop/Built/x1', versionId: 'v.1_a-b' },
  images: [
    { name: 'app', imageUri: 'shop:42', pinned: digest },
    { name: 'log', imageUri: digest, pinned: digest },
  ],
};
const many = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `team-${at}`, value: '' }));
const valueAt = (tags: { key: string; value: string }[], key: string) => tags.find((tag) => tag.key === key)?.value;

describe('the tags of a new revision', () => {
  it('show its origin', () => {
    expect(createRevisionTags([], provenance)).toEqual([
      { key: 'gantry:execution', value: execution },
      { key: 'gantry:replaces', value: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/shop:7' },
      { key: 'gantry:pipeline', value: 'shop/7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      { key: 'gantry:artifact', value: 'artifacts/shop/Built/x1@v.1_a-b' },
      { key: 'gantry:image:app', value: 'shop:42' },
    ]);
  });

  it('omit unknown values', () => {
    const keys = createRevisionTags([], { execution, replaces: 'shop:7', images: [] }).map(({ key }) => key);
    expect(keys).toEqual(['gantry:execution', 'gantry:replaces']);
  });

  it("keep the user's tags, also with empty values, and drop AWS's tags and those that Gantry wrote before", () => {
    const base = [
      { key: 'team', value: 'shop' },
      { key: 'empty', value: '' },
      { key: 'aws:cloudformation:stack-name', value: 'x' },
      { key: 'AWS:other', value: 'x' },
      { key: 'gantry:execution', value: 'old' },
      { key: 'gantry:image:gone', value: 'old' },
      { key: 'Gantry', value: 'theirs' },
    ];
    const tags = createRevisionTags(base, provenance);
    expect(tags.slice(0, 3)).toEqual([base[0], base[1], base[6]]);
    expect(tags).toHaveLength(3 + 5);
    expect(valueAt(tags, 'gantry:execution')).toBe(execution);
  });

  const own = ['execution', 'replaces', 'pipeline', 'artifact', 'image:app'].map((key) => `gantry:${key}`);
  it.each<[users: number, lost: string[]]>([
    [45, []],
    [46, ['gantry:image:app']],
    [47, ['gantry:artifact', 'gantry:image:app']],
    [49, own.slice(1)],
    [50, ['team-49', ...own.slice(1)]],
    [
      60,
      [
        ...many(60)
          .slice(49)
          .map(({ key }) => key),
        ...own.slice(1),
      ],
    ],
  ])("are at most 50, and a retry recognises its revision with %i of the user's tags", (count, lost) => {
    const planned = planRevisionTags(many(count), provenance);
    const all = [...many(count).map(({ key }) => key), ...own];
    expect(planned.tags.map(({ key }) => key)).toEqual(all.filter((key) => !lost.includes(key)));
    expect(planned.tags).toContainEqual(createExecutionTag(execution));
    expect(planned.omitted.map(({ key }) => key)).toEqual(lost);
    expect(listTagWarnings(planned)).toEqual(
      lost.length === 0
        ? []
        : [
            `The new revision has no room for these tags, because ECS allows 50: ${lost.map((key) => `"${key}"`).join(', ')}.`,
          ],
    );
  });

  it('keep the tag of a rollback in place of a tag of the user', () => {
    const planned = planRevisionTags(many(50), { ...provenance, restores: 'shop:5' });
    expect(planned.tags).toContainEqual({ key: 'gantry:restores', value: 'shop:5' });
    expect(planned.tags).toHaveLength(50);
  });

  it('contain only allowed characters, up to the maximum length', () => {
    const name = 'n'.repeat(200);
    const image = { name, imageUri: `${'r'.repeat(300)}?#é`, pinned: digest };
    const tags = createRevisionTags([], { execution: 'a<b>*c', replaces: 'über straße', images: [image] });
    expect(valueAt(tags, 'gantry:execution')).toBe('a_b__c');
    expect(valueAt(tags, 'gantry:replaces')).toBe('über straße');
    expect(tags.at(-1)).toEqual({ key: `gantry:image:${'n'.repeat(115)}`, value: 'r'.repeat(256) });
  });

  it('never repeat a key, even if two long names become equal', () => {
    const images = ['a', 'b'].map((end) => ({ name: 'n'.repeat(200) + end, imageUri: end, pinned: digest }));
    expect(createRevisionTags([], { execution, replaces: 'shop:7', images })).toHaveLength(3);
  });

  it('contain the execution', () => {
    expect(createRevisionTags(many(3), provenance)).toContainEqual(createExecutionTag(execution));
  });
});
