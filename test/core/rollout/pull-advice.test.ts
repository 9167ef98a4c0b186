import { expect, it } from 'vitest';
import { formatPullAdvice } from '../../../core/rollout/pull-advice.ts';

const image = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web';
const refused = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}@sha256:0a: pulling from host 111111111111.dkr.ecr.eu-west-1.amazonaws.com failed with status code [manifests sha256:0a]: 403 Forbidden`;

it('names both policies if the repository is in another account', () => {
  expect(formatPullAdvice(refused, '222222222222')).toBe(
    "ECR refused the pull: allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to account 222222222222 in the policy of the ECR repository shop/web (account 111111111111), and the task's execution role on it.",
  );
});

it('names only the execution role within one account', () => {
  expect(formatPullAdvice(refused, '111111111111')).toBe(
    "ECR refused the pull: allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the task's execution role on the ECR repository shop/web.",
  );
});

it.each(['dkr-ecr.eu-west-1.on.aws', 'dkr.ecr-fips.us-east-1.amazonaws.com', 'dkr-ecr-fips.us-east-1.on.aws'])(
  'recognises the repository by the host %s',
  (host) => {
    const cause = refused.replaceAll('dkr.ecr.eu-west-1.amazonaws.com', host);
    expect(formatPullAdvice(cause, '222222222222')).toContain('the ECR repository shop/web (account 111111111111)');
  },
);

it.each([
  ['an image that is missing', `CannotPullContainerError: failed to resolve ref ${image}:7: ${image}:7: not found`],
  ['another registry', 'CannotPullContainerError: docker.io/library/web:7: 403 Forbidden'],
  ['a crash', 'Essential container in task exited: app exited with code 1'],
])('returns no advice for %s', (_, cause) => {
  expect(formatPullAdvice(cause, '222222222222')).toBeUndefined();
});
