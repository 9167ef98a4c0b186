import type { Check } from './check-result.ts';
import { createResourceCheck } from './resource-check.ts';

/** `gantry-production-read-images:3`, from the ARN of a version. */
const formatVersion = (arn: string): string => arn.split(':').slice(-2).join(':');

/**
 * Whether the versions of functions that the state machines name exist. Lambda keeps a version until somebody deletes it, and allows the deletion even if a
 * state machine names the version. The next execution would fail in the first state whose version is gone.
 */
export const checkVersions = (): Check =>
  createResourceCheck({
    link: 'workflow',
    about: 'build account',
    title: 'the versions of functions that the state machines name exist',
    onlyLive: true,
    read: ({ missingVersions }) => missingVersions,
    wrong(found) {
      const problems = [...found].filter(([, versions]) => versions.length > 0);
      if (problems.length === 0) return undefined;
      return {
        says: problems
          .map(([name, versions]) => `${name} names ${versions.map(formatVersion).join(', ')}, which does not exist`)
          .join(', and '),
        policy: `state machines ${problems.map(([name]) => name).join(', ')}`,
        statement: 'definition',
        fix: 'publish a new version of each of these functions: change its code or a setting, such as a description, and deploy the build account again. Do not delete versions that a machine or a running execution names (docs/deploy.md, Update)',
      };
    },
  });
