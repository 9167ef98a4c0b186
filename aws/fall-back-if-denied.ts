import { toFailure } from '../core/errors/aws-failure.ts';

/** Returns a fallback if AWS denies access. Use this only for details of a reason, because the verdict must not depend on the permission to read details. */
export const fallBackIfDenied = <T, Otherwise>(asking: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> =>
  asking.catch((error: unknown) => {
    if (toFailure(error, 'reading details').name === 'PermissionError') return otherwise;
    throw error;
  });
