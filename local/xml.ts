const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };

const text = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString();
  return String(value).replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
};

/**
 * A value as an XML element. A list's items repeat the element, or stand in it one by one as `<member>` when `member` is given;
 * what is undefined is left out.
 */
export function xml(name: string, value: unknown, member?: 'member'): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const items = value.map((item) => xml(member ?? name, item, member)).join('');
    return member === undefined ? items : `<${name}>${items}</${name}>`;
  }
  return `<${name}>${content(value, member)}</${name}>`;
}

const content = (value: unknown, member?: 'member'): string => {
  if (typeof value !== 'object' || value === null || value instanceof Date) return text(value);
  return Object.entries(value)
    .map(([name, item]) => xml(name, item, member))
    .join('');
};

/** A whole document with the namespace that clients look for. */
export const xmlDocument = (name: string, namespace: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${body}</${name}>`;
