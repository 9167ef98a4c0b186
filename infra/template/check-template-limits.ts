import { Failure } from '../../core/errors/failure.ts';
import type { Template } from './resource.ts';

/** CloudFormation User Guide, "Understand CloudFormation quotas". */
const maxResources = 500;
const maxTemplateBytes = 1_000_000;

/** Above this size, a template must be in S3 (the same page: "Template body size in a request"). */
export const maxRequestBytes = 51_200;

/** A template's text. */
export const formatTemplate = (template: Template): string => `${JSON.stringify(template, null, 1)}\n`;

/** Returns the template. Throws a ConfigurationError if CloudFormation would refuse it because of its size. */
export function checkTemplateLimits(template: Template): Template {
  const resources = Object.keys(template.Resources).length;
  const bytes = Buffer.byteLength(formatTemplate(template));
  const advice = 'Divide the pipelines between two configurations, each with its own name.';
  if (resources > maxResources)
    throw new Failure(
      'ConfigurationError',
      `gantry.config.ts needs a template of ${resources} resources, and CloudFormation accepts ${maxResources}. ${advice}`,
    );
  if (bytes > maxTemplateBytes)
    throw new Failure(
      'ConfigurationError',
      `gantry.config.ts needs a template of ${bytes} bytes, and CloudFormation accepts ${maxTemplateBytes}. ${advice}`,
    );
  return template;
}
