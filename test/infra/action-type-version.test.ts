import { describe, expect, it } from 'vitest';
import { declareActionTypeContent } from '../../infra/action-type-content.ts';
import {
  actionTypeVersion,
  digestActionType,
  findActionTypeVersion,
  listPolledVersions,
  recordedDigests,
} from '../../infra/action-type-version.ts';

const content = declareActionTypeContent('eu-west-1');
const [property, ...properties] = content.configurationProperties;

describe('the version of the action type', () => {
  it('is recorded: add the digest of a changed action type to the end of recordedDigests, and change no other entry', () => {
    expect(recordedDigests.at(-1)).toBe(digestActionType(content));
    // Pipelines name these versions, so their digests stay.
    expect(recordedDigests.slice(0, 2)).toEqual(['b78b0fe3ac6e', '3dc6ab6652dd']);
    expect(new Set(recordedDigests).size).toBe(recordedDigests.length);
  });

  it.each<[string, object]>([
    ['a property', { ...content, configurationProperties: [...properties, property] }],
    ['a description', { ...content, configurationProperties: [{ ...property, description: 'x' }, ...properties] }],
    ['the number of input artifacts', { ...content, inputArtifactDetails: { minimumCount: 0, maximumCount: 5 } }],
    ['a link', { ...content, settings: { ...content.settings, executionUrlTemplate: 'https://example.com' } }],
  ])('is the next one as soon as %s changes', (_what, changed) => {
    expect(findActionTypeVersion(changed)).toBe(String(Number(actionTypeVersion) + 1));
  });

  it('is that of an earlier digest if the content is that of an earlier version', () => {
    const earlier = { ...content, inputArtifactDetails: { minimumCount: 1, maximumCount: 1 } };
    expect(findActionTypeVersion(earlier)).toBe('1');
  });

  it.each([
    ['1', ['1']],
    ['12', ['12', '11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']],
  ])('%s: take-job polls for it and every earlier one, the newest first', (version, expected) => {
    expect(listPolledVersions(version)).toEqual(expected);
  });
});
