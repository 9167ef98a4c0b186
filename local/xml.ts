const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

const escapeText = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString();
  return String(value).replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
};

/**
 * Renders a value as an XML element. A list repeats the element for each item or, with `member`, contains each item as
 * `<member>`. Undefined values are omitted.
 */
export function xmlElement(name: string, value: unknown, member?: 'member'): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const items = value.map((item) => xmlElement(member ?? name, item, member)).join('');
    return member === undefined ? items : `<${name}>${items}</${name}>`;
  }
  return `<${name}>${elementContent(value, member)}</${name}>`;
}

const elementContent = (value: unknown, member?: 'member'): string => {
  if (typeof value !== 'object' || value === null || value instanceof Date) return escapeText(value);
  return Object.entries(value)
    .map(([name, item]) => xmlElement(name, item, member))
    .join('');
};

/** Renders a whole document with the namespace that clients expect. */
export const xmlDocument = (name: string, namespace: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${body}</${name}>`;
