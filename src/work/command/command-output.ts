/**
 * Which JSON a finished command hands on: the file named in TASKMESH_OUTPUT if it wrote one, else its last line on
 * stdout, as JSON if it is JSON and as text if not; null when it printed nothing. Called after exit code 0.
 */
import { checkOutput, type OutputCheck, tooLarge } from '../output.js';
import type { AttemptFiles } from './attempt-files.js';
import type { PrintedLine } from './printed.js';

/** Text may be indented or escaped: what counts is the size as compact JSON, so somewhat more is read before judging. */
const RAW_FACTOR = 4;

export function rawBytesMax(outputBytesMax: number): number {
  return outputBytesMax * RAW_FACTOR;
}

function parse(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function fromLastLine(line: string | undefined, bytesMax: number): OutputCheck {
  if (line === undefined) return { ok: true, output: null };
  const parsed = parse(line);
  return checkOutput('value' in parsed ? parsed.value : line, bytesMax);
}

export function commandOutput(
  files: Pick<AttemptFiles, 'readOutput'>,
  lastLine: PrintedLine,
  bytesMax: number,
): OutputCheck {
  const file = files.readOutput(rawBytesMax(bytesMax));
  switch (file.kind) {
    case 'text': {
      const parsed = parse(file.text);
      if ('value' in parsed) return checkOutput(parsed.value, bytesMax);
      return {
        ok: false,
        code: 'INVALID_OUTPUT',
        message: `The file in TASKMESH_OUTPUT is not JSON: ${parsed.error}`,
      };
    }
    case 'tooLarge':
      return { ok: false, code: 'OUTPUT_TOO_LARGE', message: tooLarge(bytesMax) };
    case 'unreadable':
      return {
        ok: false,
        code: 'INVALID_OUTPUT',
        message: `The file in TASKMESH_OUTPUT cannot be read: ${file.reason}.`,
      };
    case 'absent':
      if (lastLine.tooLong) return { ok: false, code: 'OUTPUT_TOO_LARGE', message: tooLarge(bytesMax) };
      return fromLastLine(lastLine.text, bytesMax);
  }
}
