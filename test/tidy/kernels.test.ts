/** The committed WebAssembly is what its source says. */
import { expect, it } from 'vitest';
import { compileKernels, kernelsSource } from '../../scripts/compile-kernels.js';
import { readText } from './source-file.js';

it('the kernels are those of assembly/; `npm run kernels` compiles them', { timeout: 300_000 }, () => {
  expect(readText('src/quantum/kernels/kernels-binary.ts')).toBe(kernelsSource(compileKernels()));
});
