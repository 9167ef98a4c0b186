import * as z from 'zod';

/** A time as AWS writes it, which may end in an offset instead of `Z`; read as UTC with milliseconds, so that texts can be compared. */
export const awsTimeSchema = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
