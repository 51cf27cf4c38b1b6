/**
 * The line on which each key and section of a TOML text stands, which the parser does not tell. Called by the reader of
 * the configuration file, only with text that has parsed: it skips values by their outer shape (strings, brackets) and
 * never checks them.
 */

/** One name for a path of key parts; parts that TOML would quote are quoted: `observability.metrics`, `a."b.c"`. */
export function joinKey(parts: readonly string[]): string {
  return parts.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part))).join('.');
}

/** Joined key to line, counted from 1. The first place that names a key counts. */
export function keyLines(toml: string): ReadonlyMap<string, number> {
  const scanner = new KeyScanner(toml);
  scanner.scan();
  return scanner.lines;
}

/** Moves forward over the text; `at` is the next character, `line` the line it stands on. */
class KeyScanner {
  readonly lines = new Map<string, number>();
  private at = 0;
  private line = 1;

  constructor(private readonly text: string) {}

  scan(): void {
    let section: string[] = [];
    for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) {
      if (this.peek() === '[') section = this.header();
      else this.entry(section);
    }
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private next(): string {
    const character = this.text.charAt(this.at);
    if (character === '\n') this.line += 1;
    this.at += 1;
    return character;
  }

  private skip(characters: string): void {
    while (this.at < this.text.length && characters.includes(this.peek())) this.next();
  }

  /** Whitespace, ends of lines, a byte order mark, the commas between entries, and comments. */
  private skipBlank(): void {
    this.skip(' \t\r\n,\uFEFF');
    while (this.peek() === '#') {
      while (this.at < this.text.length && this.peek() !== '\n') this.next();
      this.skip(' \t\r\n,');
    }
  }

  /** `[a.b]` or `[[a.b]]`. */
  private header(): string[] {
    this.skip('[ \t');
    const path = this.key([]);
    this.skip('] \t');
    return path;
  }

  /** `a.b = value` */
  private entry(prefix: readonly string[]): void {
    const path = this.key(prefix);
    this.skip('= \t');
    this.value(path);
  }

  /** Reads a dotted key, and notes its line for itself and for every table it goes through. */
  private key(prefix: readonly string[]): string[] {
    const path = [...prefix];
    do {
      this.skip('. \t');
      path.push(this.keyPart());
      const name = joinKey(path);
      if (!this.lines.has(name)) this.lines.set(name, this.line);
      this.skip(' \t');
    } while (this.peek() === '.');
    return path;
  }

  private keyPart(): string {
    const start = this.at;
    if (this.peek() === '"' || this.peek() === "'") return this.quotedPart();
    while (/[A-Za-z0-9_-]/.test(this.peek())) this.next();
    if (this.at === start) this.next(); // as in value()
    return this.text.slice(start, this.at);
  }

  private quotedPart(): string {
    const start = this.at;
    this.string();
    const raw = this.text.slice(start, this.at);
    if (raw.startsWith("'")) return raw.slice(1, -1);
    try {
      return JSON.parse(raw) as string;
    } catch {
      return raw.slice(1, -1); // an escape that TOML has and JSON has not
    }
  }

  private string(): void {
    const quote = this.peek();
    const fence = this.text.startsWith(quote.repeat(3), this.at) ? quote.repeat(3) : quote;
    this.at += fence.length;
    while (this.at < this.text.length && !this.text.startsWith(fence, this.at)) {
      if (this.next() === '\\' && quote === '"') this.next();
    }
    this.at += fence.length;
    // `""""` ends with a quote that belongs to the text: up to two more may follow the fence.
    if (fence.length === 3) this.skip(quote);
  }

  private value(path: readonly string[]): void {
    if (this.peek() === '"' || this.peek() === "'") return this.string();
    if (this.peek() === '[') return this.array(path);
    if (this.peek() === '{') return this.inlineTable(path);
    // The first character goes unseen, so that text that did not parse after all cannot stop the scan.
    this.next();
    while (this.at < this.text.length && !',]}#\r\n'.includes(this.peek())) this.next();
  }

  private array(path: readonly string[]): void {
    this.next();
    for (this.skipBlank(); this.at < this.text.length && this.peek() !== ']'; this.skipBlank())
      this.value(path);
    this.next();
  }

  private inlineTable(path: readonly string[]): void {
    this.next();
    for (this.skipBlank(); this.at < this.text.length && this.peek() !== '}'; this.skipBlank())
      this.entry(path);
    this.next();
  }
}
