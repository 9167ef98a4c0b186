import { describe, expect, it } from 'vitest';
import { hasImages, placeImages, setImages } from '../../../core/task-definition/images.ts';
import { appMeshExample, fargateExample, futureFieldsExample } from './examples.ts';

const digest = `@sha256:${'a'.repeat(64)}`;
const image = (name: string, repository = name) => ({
  name,
  imageUri: `${repository}:2`,
  pinned: `${repository}${digest}`,
});
const definition = (...containers: [name: string, image?: string][]) => ({
  family: 'web',
  containerDefinitions: containers.map(([name, image]) => ({ name, ...(image === undefined ? {} : { image }) })),
});

describe('each image is matched to its container', () => {
  it.each([
    ['by the container’s name', definition(['app', 'x:1'], ['log', 'y:1']), ['app'], ['app', 'y:1']],
    ['in any order', definition(['log', 'y:1'], ['app', 'x:1']), ['app', 'log'], ['log', 'app']],
    ['in a container without an image', definition(['app']), ['app'], ['app']],
    ['in place of a digest', definition(['app', `x${digest}`]), ['app'], ['app']],
    ['by name before any placeholder', definition(['app', '<IMAGE1_NAME>']), ['app'], ['app']],
    ['by the placeholder’s name', definition(['app', '<WEB>'], ['job', '<JOB>']), ['JOB', 'WEB'], ['WEB', 'JOB']],
    [
      'as the only one for the only placeholder',
      definition(['app', '<IMAGE1_NAME>'], ['log', 'y:1']),
      ['web'],
      ['web', 'y:1'],
    ],
    ['twice if the placeholder occurs twice', definition(['app', '<I>'], ['job', '<I>']), ['web'], ['web', 'web']],
    [
      'by name, and the remaining one by placeholder',
      definition(['app', '<A>'], ['job', '<B>']),
      ['app', 'web'],
      ['app', 'web'],
    ],
    ['not at all if there are none', definition(['app', 'x:1']), [], ['x:1']],
  ])('%s', (_, base, names, expected) => {
    const images = names.map((name) => image(name));
    expect(placeImages(base, images).problems).toEqual([]);
    const found = setImages(base, images).containerDefinitions.map(({ image }) => image);
    expect(found).toEqual(expected.map((one) => (one.includes(':') ? one : `${one}${digest}`)));
  });

  it.each([
    [
      'no such container: the message lists the existing ones',
      definition(['app', 'x:1'], ['log', 'y:1']),
      ['web'],
      ["There is an image for 'web', but 'web' has no such container; it has 'app', 'log'."],
    ],
    [
      'two containers with the same name',
      definition(['app', 'x:1'], ['app', 'y:1']),
      ['app'],
      ["More than one container of 'web' is named 'app', so its image could go to either."],
    ],
    [
      'two images for one placeholder',
      definition(['app', '<IMAGE1_NAME>']),
      ['one', 'two'],
      [
        "There is an image for 'one', but 'web' has no such container; it has 'app'.",
        "There is an image for 'two', but 'web' has no such container; it has 'app'.",
        "Container 'app' waits for an image in the place of <IMAGE1_NAME>, but none is named 'app' or 'IMAGE1_NAME'; there is 'one', 'two'.",
      ],
    ],
    [
      'one image for two placeholders',
      definition(['app', '<A>'], ['job', '<B>']),
      ['app'],
      ["Container 'job' waits for an image in the place of <B>, but none is named 'job' or 'B'; there is 'app'."],
    ],
    [
      'one image for either of two placeholders',
      definition(['app', '<A>'], ['job', '<B>']),
      ['web'],
      [
        "There is an image for 'web', but 'web' has no such container; it has 'app', 'job'.",
        "Container 'app' waits for an image in the place of <A>, but none is named 'app' or 'A'; there is 'web'.",
        "Container 'job' waits for an image in the place of <B>, but none is named 'job' or 'B'; there is 'web'.",
      ],
    ],
    [
      'a placeholder and no image',
      definition(['app', '<A>']),
      [],
      [
        "Container 'app' waits for an image in the place of <A>, but none is named 'app' or 'A'; there is no image at all.",
      ],
    ],
  ])('or the result contains a sentence about it: %s', (_, base, names, problems) => {
    expect(
      placeImages(
        base,
        names.map((name) => image(name)),
      ).problems,
    ).toEqual(problems);
  });

  it('only the image changes', () => {
    const swapped = setImages(appMeshExample, [image('app')]);
    expect(swapped).toEqual({
      ...appMeshExample,
      containerDefinitions: [
        { ...appMeshExample.containerDefinitions[0], image: `app${digest}` },
        ...appMeshExample.containerDefinitions.slice(1),
      ],
    });
    expect(setImages(futureFieldsExample, [image('app')]).containerDefinitions[0]).toMatchObject({
      futureField: [null, {}, ''],
      logConfiguration: { later: { x: null } },
    });
  });
});

describe('a definition has the images', () => {
  const pinned = definition(['app', `app${digest}`], ['log', 'y:1']);
  it.each([
    ['exactly these', pinned, ['app'], true],
    ['none requested', pinned, [], true],
    ['a tag instead of the requested digest', definition(['app', 'app:2']), ['app'], false],
    ['one of two', definition(['app', `app${digest}`], ['log', 'log:2']), ['app', 'log'], false],
    ['one without a container', pinned, ['app', 'web'], false],
  ])('%s', (_, base, names, expected) => {
    expect(
      hasImages(
        base,
        names.map((name) => image(name)),
      ),
    ).toBe(expected);
  });

  it('if it is the described one', () => {
    const now = fargateExample.containerDefinitions[0]!.image;
    expect(hasImages(fargateExample, [{ name: 'app', imageUri: now, pinned: now }])).toBe(true);
  });
});
