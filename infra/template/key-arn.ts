import type { Config } from '../../core/config/check.ts';
import { formatArn } from '../../core/parsing/partition.ts';
import { replaceText, type TemplateEntry, type TemplateValue } from './resource.ts';

/**
 * A stand-in for the ARN of the artifact key, which KMS chooses. No real key has this ARN. It is as long as a real ARN, because IAM limits the length of
 * policies.
 */
export const keyArnPlaceholder = ({ build }: Config): string =>
  formatArn('kms', build, 'key/the-artifact-key-of-the-installation');

/** The resources with an intrinsic function in place of the stand-in. */
export const insertKeyArn = (entries: TemplateEntry[], keyArn: string, replacement: object): TemplateEntry[] =>
  entries.map(([id, { Properties, ...resource }]) => [
    id,
    { ...resource, Properties: Object.fromEntries(replaceIn(Properties, keyArn, replacement)) },
  ]);

function replaceIn(properties: Record<string, TemplateValue>, keyArn: string, replacement: object) {
  const replaced = Object.entries(properties).map(([name, value]) => [name, replaceText(value, keyArn, replacement)]);
  if (JSON.stringify(replaced).includes(keyArn))
    throw new Error(
      `A property names the artifact key within a text, where no template can insert it: ${JSON.stringify(replaced)}`,
    );
  return replaced;
}
