/** The built page: small enough, without anything inline that its policy would refuse, and served packed. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBuiltPage } from '../../src/api/built-page.js';

const folder = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));
const SCRIPT_BYTES_MAX = 120_000;

describe('the bundle of the dashboard', () => {
  it(`has at most ${SCRIPT_BYTES_MAX} bytes of script, packed, all pages together`, () => {
    const scripts = readdirSync(`${folder}assets`).filter((name) => name.endsWith('.js'));
    const bytes = scripts.map(
      (name) => gzipSync(readFileSync(`${folder}assets/${name}`), { level: 9 }).length,
    );
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(SCRIPT_BYTES_MAX);
  });

  it('has nothing inline and nothing from elsewhere', () => {
    const html = readFileSync(`${folder}index.html`, 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?:\/\//);
    expect(html).toMatch(/<script type="module"[^>]* src="\/assets\//);
  });

  it('is served as it was built, packed but for what is packed already', () => {
    const page = readBuiltPage(folder);
    expect(page?.html.toString()).toBe(readFileSync(`${folder}index.html`, 'utf8'));
    for (const [name, { type, packed }] of page?.assets ?? []) {
      expect(type, name).not.toBe('application/octet-stream');
      expect(packed === undefined, name).toBe(name.endsWith('.woff2'));
    }
    expect(readBuiltPage(`${folder}nowhere`)).toBeUndefined();
  });
});
