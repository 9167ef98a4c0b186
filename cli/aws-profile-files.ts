/** A file of AWS profiles: its path, and its text if it exists. */
export interface ProfileFile {
  path: string;
  text: string | undefined;
}

/** The profiles of a file with their settings, and the number of the first line that is neither a section nor a setting. */
export interface ParsedProfiles {
  profiles: Map<string, Record<string, string>>;
  wrongLine?: number;
}

const isComment = (line: string): boolean => /^\s*([#;].*)?$/.test(line);

/** `[profile dev]` in the config file, `[dev]` in the credentials file, and `[default]` in both (SDKs and Tools Reference Guide, "Shared config and credentials files"). */
const parseSection = (line: string): string | undefined =>
  /^\[\s*(?:profile\s+)?([^\]]+?)\s*\]\s*([#;].*)?$/.exec(line)?.[1];

/** Parses a file of profiles. A section that does not describe a profile, such as `[sso-session corp]`, keeps its whole name. */
export function parseProfiles(text: string): ParsedProfiles {
  const profiles: ParsedProfiles['profiles'] = new Map();
  let current: Record<string, string> | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    // An indented line is a part of the setting above it.
    if (isComment(line) || (current !== undefined && /^\s/.test(line))) continue;
    const section = parseSection(line);
    const [, name, value] = /^([^=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      current = profiles.get(section) ?? {};
      profiles.set(section, current);
    } else if (name !== undefined && value !== undefined && current !== undefined) current[name] = value;
    else return { profiles, wrongLine: at + 1 };
  }
  return { profiles };
}
