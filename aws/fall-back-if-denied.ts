import { toFailure } from '../core/errors/aws-failure.ts';

/** Returns a fallback if AWS denies access. Details only improve a reason, so a role that is not allowed to read them still gets its verdict. */
export const fallBackIfDenied = <T, Otherwise>(asking: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> =>
  asking.catch((error: unknown) => {
    if (toFailure(error, 'reading details').name === 'PermissionError') return otherwise;
    throw error;
  });
