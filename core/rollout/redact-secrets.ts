/**
 * Formats of keys and tokens that their issuers document or that have a fixed prefix. A secret without such a format, such as a password, cannot be
 * recognized.
 */
const secretPatterns: RegExp[] = [
  // AWS: unique ids of access keys (IAM user guide, "IAM identifiers"); a secret key has no prefix, so only its usual names show it.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(?<=aws_?secret_?access_?key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  /(?<=aws_?session_?token["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+=]{50,}/gi,
  /\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+=%]{50,}/g,
  // GitHub (docs.github.com, "About authentication to GitHub") and GitLab (docs.gitlab.com, "Token overview").
  /\bgh[opusr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-[A-Za-z0-9_.-]{20,}/g,
  // Slack, Stripe, npm, PyPI, Google.
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:sk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{24,}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[A-Za-z0-9_-]{50,}/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  // JSON Web Tokens (RFC 7519): two JSON objects in base64url, and a signature.
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  // HTTP credentials (RFC 9110, 11.4), and the password of a URL (RFC 3986, 3.2.1).
  /(?<=\bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token)\s{1,3})[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=\bbearer\s{1,3})[A-Za-z0-9._~+/-]{20,}=*/gi,
  /(?<=\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/gi,
];

const replacement = '[redacted]';

const redactLine = (line: string): string =>
  secretPatterns.reduce((text, pattern) => text.replace(pattern, replacement), line);

/** The lines around the Base64 text of a private key (RFC 7468). */
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const base64Line = /^[A-Za-z0-9+/=\s"']{16,}$/;

/**
 * Returns for each line whether it is between the two lines of a private key. The first line can be missing, because only the end of a log is read: then the
 * lines of Base64 right before the last line belong to the key. Reads the lines once in each direction, because a single log event can have 100,000 lines.
 */
function findPrivateKeyLines(lines: string[]): boolean[] {
  let isOpen = false;
  const afterBegin = lines.map((line) => {
    isOpen ||= keyBegin.test(line);
    const isKey = isOpen;
    if (keyEnd.test(line)) isOpen = false;
    return isKey;
  });
  let leadsToEnd = false;
  return afterBegin
    .toReversed()
    .map((isKey, at) => {
      const line = lines.at(-1 - at) ?? '';
      leadsToEnd = keyEnd.test(line) || (leadsToEnd && base64Line.test(line));
      return isKey || leadsToEnd;
    })
    .toReversed();
}

/** Replaces keys and tokens of well-known formats in the lines of a log. A private key that spans several lines is replaced line by line. */
export function redactSecrets(lines: string[]): string[] {
  const isKey = findPrivateKeyLines(lines);
  return lines.map((line, at) => (isKey[at] ? replacement : redactLine(line)));
}
