import { describe, expect, it } from 'vitest';
import { chooseArtifact, type SearchedArtifact } from '../../../core/artifact/choose.ts';

const file = { path: 'imagedefinitions.json', property: 'FileName' };
const bytes = new Uint8Array([1]);
const having = (name: string): SearchedArtifact => ({ name, lookup: { bytes } });
const lacking = (name: string, others: string[], namesakes: string[] = []): SearchedArtifact => ({
  name,
  lookup: { absent: { isFolder: false, namesakes, others } },
});
const source = lacking('Source', ['Dockerfile', 'src/main.ts']);

describe('the artifact that a file is read from', () => {
  it.each([
    ['the only one', [having('Build')]],
    ['the second of two', [source, having('Build')]],
    ['the first of two', [having('Build'), source]],
    ['the third', [source, lacking('Tests', []), having('Build')]],
  ])('is %s', (_what, artifacts) => {
    expect(chooseArtifact(artifacts, file).name).toBe('Build');
  });

  it.each<[string, SearchedArtifact[], string]>([
    [
      'none has it',
      [source, lacking('Build', ['a.txt'], ['deploy/imagedefinitions.json'])],
      'No input artifact has the file imagedefinitions.json. The artifact "Source" holds "Dockerfile", "src/main.ts". The artifact "Build" holds deploy/imagedefinitions.json, "a.txt". FileName says which one to read.',
    ],
    [
      'two have it',
      [having('Source'), lacking('Tests', []), having('Build')],
      'The file imagedefinitions.json is in more than one input artifact ("Source", "Build"), so it is not clear which one counts. The artifact "Source" holds the file. The artifact "Tests" holds no files. The artifact "Build" holds the file. Remove the file from all but one, or let FileName be a path that only one has.',
    ],
  ])(
    'is ambiguous or missing if %s: the message has the names and contents of all artifacts',
    (_what, artifacts, message) => {
      for (const order of [artifacts, artifacts.toReversed()])
        expect(() => chooseArtifact(order, file)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
      expect(() => chooseArtifact(artifacts, file)).toThrow(message);
    },
  );
});
