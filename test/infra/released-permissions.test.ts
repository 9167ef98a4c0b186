import { expect, it } from 'vitest';
import released from './released-permissions.json' with { type: 'json' };
import { listAllowedActions } from './used-permissions.ts';

/*
 * All versions of a function share one role, and running executions use the versions of the last release. So a function, or a permission of its role, can be
 * removed only one release after the code stopped using it. When one is removed, record the permissions again (CONTRIBUTING.md).
 */

const allowed = listAllowedActions();

it.each(Object.entries(released))(
  'the role of %s still allows what its last released version does',
  (role, actions) => {
    expect(allowed, `${role} is gone: keep the function until the release after this one`).toHaveProperty(role);
    expect(
      actions.filter((action) => !allowed[role]?.includes(action)),
      'keep these permissions until the release after this one',
    ).toEqual([]);
  },
);
