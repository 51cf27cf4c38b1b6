/**
 * JSON as YAML for people to read and change: maps and lists in blocks, small lists and maps on one line, texts bare where
 * nothing else could be meant. What it writes is read back the same by the server.
 */
const INDENT = '  ';
const LINE_MAX = 88;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  return PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function given(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function flow(value: unknown): string {
  if (isLeaf(value)) return scalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  const members = given(value as object).map(([name, member]) => `${scalar(name)}: ${flow(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** `nested`: on one line where that is short enough. */
function block(value: unknown, indent: string, nested: boolean): string {
  const line = flow(value);
  if (isLeaf(value) || (nested && indent.length + line.length <= LINE_MAX) || line === '{}' || line === '[]')
    return ` ${line}\n`;
  const lines = Array.isArray(value)
    ? value.map((member) => `${indent}-${block(member, indent + INDENT, true)}`)
    : given(value as object).map(
        ([name, member]) => `${indent}${scalar(name)}:${block(member, indent + INDENT, name !== 'tasks')}`,
      );
  return `\n${lines.join('')}`;
}

export function yamlText(value: object): string {
  return block(value, '', false).slice(1);
}
