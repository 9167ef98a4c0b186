import * as z from 'zod';
import { findImageDefinitionErrors } from '../image/definitions.ts';

/** The images of a manual input: the entries of an `imagedefinitions.json`. */
export const requestedImagesSchema = z
  .array(z.unknown(), 'must be a list of {"name", "imageUri"}')
  .min(1, 'must not be an empty list: omit it to redeploy what runs')
  .transform((values, context) => {
    const errors = findImageDefinitionErrors(values);
    if (errors.length === 0) return z.array(z.object({ name: z.string(), imageUri: z.string() })).parse(values);
    const message = errors.join(' ').replace(/\.$/, '');
    context.addIssue({ code: 'custom', message, params: { tellsAll: true } });
    return z.NEVER;
  });
