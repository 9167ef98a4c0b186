import * as z from 'zod';
import { Failure } from '../errors/failure.ts';
import { decodeUtf8, parseJsonFile } from '../parsing/json-file.ts';
import { describeValue, formatValue } from '../parsing/validation.ts';
import { parseImageReference } from './reference.ts';

/** The image requested for one container: the fields of imagedefinitions.json. */
export interface ImageDefinition {
  name: string;
  imageUri: string;
}

/** The maximum size of an imagedefinitions.json in bytes (CodePipeline user guide, file-reference: 100 KB). */
export const maxImageDefinitionsBytes = 100 * 1024;

const example = '[{"name": "app", "imageUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1"}]';

/** A container's name (botocore ecs `ContainerDefinition.name`: up to 255 letters, digits, underscores and hyphens). */
const containerNamePattern = /^[\w-]{1,255}$/;

const imageDefinitionSchema = z.looseObject({ name: z.string(), imageUri: z.string() });
const isImageDetail = (value: unknown): boolean => z.looseObject({ ImageURI: z.string() }).safeParse(value).success;

/** The maximum number of validation errors that one message lists; further errors are only counted. CodePipeline shows 5,000 characters. */
const maxErrorsShown = 15;

/** The maximum number of fields of an entry that a message names. */
const maxFieldsShown = 5;

const createInvalidFileFailure = (file: string, mistakes: string[]): Failure => {
  const more = mistakes.length > maxErrorsShown ? [`And ${mistakes.length - maxErrorsShown} more.`] : [];
  const sentences = [...mistakes.slice(0, maxErrorsShown), ...more].join(' ');
  return new Failure('ConfigurationError', `${file} is not valid. ${sentences} It must look like ${example}.`);
};

/** Describes the missing fields of an entry, with the fields that the entry has instead, so that a misspelt field is easy to see. */
function describeMissingFields(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `an object; found ${describeValue(value)}`;
  const given = new Map<string, unknown>(Object.entries(value));
  const wrong = ['name', 'imageUri'].filter((field) => typeof given.get(field) !== 'string');
  const fields = wrong.map((field) =>
    given.has(field) ? `${field} as a text (found ${describeValue(given.get(field))})` : `${field} as a text`,
  );
  const has = given.size === 0 ? 'nothing' : [...given.keys()].slice(0, maxFieldsShown).map(formatValue).join(', ');
  return `${fields.join(' and ')}; it has ${has}`;
}

const findEntryErrors = (value: unknown, index: number): string[] => {
  const { data } = imageDefinitionSchema.safeParse(value);
  if (data === undefined) return [`Entry ${index} needs ${describeMissingFields(value)}.`];
  const checked = parseImageReference(data.imageUri);
  return [
    ...(containerNamePattern.test(data.name)
      ? []
      : [`Entry ${index}: the name ${formatValue(data.name)} is not a container's name.`]),
    ...('reason' in checked
      ? [
          `Entry ${index} (${formatValue(data.name)}): the imageUri ${formatValue(data.imageUri)} is no image reference: ${checked.reason}.`,
        ]
      : []),
  ];
};

const findDuplicateNames = (values: unknown[]): string[] => {
  const names = values.flatMap((value) => imageDefinitionSchema.safeParse(value).data?.name ?? []);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => `The name ${formatValue(name)} occurs more than once.`);
};

/** Returns a sentence for each error in a list of images; an empty list if there is no error. */
export const findImageDefinitionErrors = (values: unknown[]): string[] => [
  ...values.flatMap(findEntryErrors),
  ...findDuplicateNames(values),
];

/** Returns the images that a parsed document requests. Ignores fields other than name and imageUri, as the built-in action does. Throws a ConfigurationError with every error. */
function toImageDefinitions(document: unknown, file: string): ImageDefinition[] {
  if (isImageDetail(document))
    throw createInvalidFileFailure(file, [
      'It is an imageDetail.json, which an ECR source writes; this action needs a list of containers and images.',
    ]);
  if (!Array.isArray(document))
    throw createInvalidFileFailure(file, [`It must be a list; found ${describeValue(document)}.`]);
  if (document.length === 0) throw createInvalidFileFailure(file, ['The list is empty: there is nothing to deploy.']);
  const mistakes = findImageDefinitionErrors(document);
  if (mistakes.length > 0) throw createInvalidFileFailure(file, mistakes);
  return document.map((value) => {
    const { name, imageUri } = imageDefinitionSchema.parse(value);
    return { name, imageUri };
  });
}

/** Returns the images that an imagedefinitions.json requests. Throws a ConfigurationError that lists every error in it. */
export function parseImageDefinitions(bytes: Uint8Array, file = 'imagedefinitions.json'): ImageDefinition[] {
  if (bytes.length > maxImageDefinitionsBytes)
    throw new Failure(
      'ConfigurationError',
      `${file} has ${bytes.length} bytes; at most ${maxImageDefinitionsBytes} (100 KB) are allowed.`,
    );
  return toImageDefinitions(parseJsonFile(decodeUtf8(bytes, file), file), file);
}
