import { formatValue } from '../parsing/validation.ts';
import { type EcrRegistry, tryParseEcrHost } from './ecr-host.ts';

/** The parts of an image reference. `registry` is absent if Docker would fill in Docker Hub. */
export interface ImageReference {
  registry?: string | undefined;
  /** The path after the registry, which can be nested: `team/web`. */
  path: string;
  tag?: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  digest?: string | undefined;
}

/** A private ECR repository, as derived from its host name. */
export interface EcrRepository extends EcrRegistry {
  repository: string;
}

/**
 * The maximum length of a name (registry and path together) in the grammar, and of an image text that ECS accepts (botocore ecs
 * `ContainerDefinition.image`), in characters.
 */
const maxNameLength = 255;

// The grammar of github.com/distribution/reference (reference.go, regexp.go).
const pathComponentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const hostLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const hostPattern = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?$`);

/** Whether the first part of a reference is a registry: it has a dot, a port or a capital letter, or is `localhost` (splitDockerDomain in the same file). */
const isRegistry = (first: string): boolean =>
  /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase();

const splitAt = (text: string, at: number): [string, string | undefined] =>
  at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];

/** Splits a reference without validating it: `[registry/]path[:tag][@digest]`. */
const splitReference = (text: string): ImageReference => {
  const [named, digest] = splitAt(text, text.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [name, tag] = splitAt(named, colon > named.lastIndexOf('/') ? colon : -1);
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (slash < 0 || !isRegistry(first)) return { path: name, tag, digest };
  return { registry: first, path: name.slice(slash + 1), tag, digest };
};

const findPartsError = ({ registry, path, tag, digest }: ImageReference): string | undefined => {
  const bad = path.split('/').find((part) => !pathComponentPattern.test(part));
  if (registry !== undefined && !hostPattern.test(registry))
    return `the registry ${formatValue(registry)} is not a host name with an optional port`;
  if (path === '') return 'it has no repository name';
  if (bad === '') return 'its path has an empty part (two slashes, or one at an end)';
  if (bad !== undefined && bad !== bad.toLowerCase())
    return `${formatValue(bad)} has capital letters; a repository name has none`;
  if (bad !== undefined)
    return `${formatValue(bad)} is not a repository name (small letters and digits, with single . _ - between)`;
  if (tag !== undefined && !tagPattern.test(tag))
    return 'its tag is not 1-128 letters, digits or _.- (beginning with neither . nor -)';
  if (digest !== undefined && !digestPattern.test(digest))
    return 'its digest is not sha256: and 64 small hexadecimal digits';
  if ((registry?.length ?? -1) + 1 + path.length > maxNameLength)
    return `its name is longer than ${maxNameLength} characters`;
  return undefined;
};

const findReferenceError = (text: string): string | undefined => {
  if (text === '') return 'it is empty';
  if (/\s/.test(text)) return 'it holds white space';
  if (/^\w+:\/\//.test(text)) return 'it begins like a URL; leave out the scheme';
  if (/[<>${}]/.test(text)) return 'it holds a placeholder that nothing has filled in';
  return findPartsError(splitReference(text));
};

/** Parses an image reference, or returns the reason why the text is not one. */
export function parseImageReference(text: string): { reference: ImageReference } | { reason: string } {
  const reason = findReferenceError(text);
  return reason === undefined ? { reference: splitReference(text) } : { reason };
}

/** Returns the ECR repository that a reference is in; undefined if the image is not in ECR. */
export function ecrRepositoryOf({ registry = '', path }: ImageReference): EcrRepository | undefined {
  const found = tryParseEcrHost(registry);
  return found && { ...found, repository: path };
}
