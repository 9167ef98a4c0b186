import { expect, it } from 'vitest';
import { checkBucketIsArtifactStore, explainBothRefusals } from '../../../core/artifact/both-refused.ts';
import { Failure } from '../../../core/errors/failure.ts';

const location = { bucket: 'team-artifacts', key: 'shop/Built/1' };
const job = new Failure('PermissionError', 'AccessDenied: not authorized to perform: kms:Decrypt');
const denied = new Failure('PermissionError', 'The role of Read Images may not read it.');

it('names the artifact, both refusals and the setting that helps', () => {
  const { name, message } = explainBothRefusals(denied, { location, job, isConfigured: false, declared: 'arn:key' });
  expect(name).toBe('PermissionError');
  expect(message).toBe(
    "The artifact s3://team-artifacts/shop/Built/1 cannot be read. The job's own credentials were refused: AccessDenied: not authorized to perform: kms:Decrypt. Gantry's role is not allowed to read this bucket, because it is no artifact store of this installation. Add { bucket: 'team-artifacts', key: 'arn:key' } to artifactStores in gantry.config.ts and deploy Gantry again; the policy of the key has to admit the build account.",
  );
});

it("explains what Gantry's role was refused if the configuration names the bucket", () => {
  expect(explainBothRefusals(denied, { location, job, isConfigured: true }).message).toBe(
    "The role of Read Images may not read it. The job's own credentials were refused too: AccessDenied: not authorized to perform: kms:Decrypt.",
  );
});

it('refuses a manual start from a bucket that is no artifact store, and accepts one that is', () => {
  expect(checkBucketIsArtifactStore(location, ['ours'])?.message).toContain(
    "artifact.bucket: s3://team-artifacts/shop/Built/1 is not in an artifact store of this installation (ours). Add { bucket: 'team-artifacts'",
  );
  expect(checkBucketIsArtifactStore(location, [])?.message).toMatch(
    /artifact store of this installation \(it has none\)\. Add .* and deploy Gantry\.$/,
  );
  expect(checkBucketIsArtifactStore(location, ['ours', 'team-artifacts'])).toBeUndefined();
});

it('returns any other failure unchanged: an artifact that does not exist is missing for every reader', () => {
  const gone = new Failure('RevisionUnavailable', 'The artifact is gone.');
  expect(explainBothRefusals(gone, { location, job, isConfigured: false })).toBe(gone);
});
