/** Every bad file of the table is refused at its place, with the rule and the fix, quickly. */
import { describe, expect, it } from 'vitest';
import { readMeshFile } from '../../../src/orchestrator/definition/mesh-file.js';
import { badFiles } from '../../api/bad-input/file-table.js';

const defaults = { maxAttempts: 3, executionTimeoutMs: 300_000 };

describe('a bad mesh file', () => {
  it('has at least 40 rows in the table', () => {
    expect(badFiles.length).toBeGreaterThanOrEqual(40);
  });

  it.each(badFiles)('is refused: $title', ({ file, text, path, line, says }) => {
    const content = typeof text === 'function' ? text() : text;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const read = readMeshFile(bytes, { fileName: file, defaults });
    if (read.ok) throw new Error('it was accepted');
    const placed = line === undefined ? { path } : { path, line };
    const expected = expect.objectContaining({ ...placed, message: expect.stringMatching(says) as string });
    expect(read.faults.slice(0, 5)).toContainEqual(expected);
  });
});
