import * as z from 'zod';

/** A time from AWS, which can end with an offset instead of `Z`. The schema converts it to UTC with milliseconds, so that the texts of times can be compared. */
export const awsTimeSchema = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
