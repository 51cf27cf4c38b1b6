/**
 * Compiles assembly/ to WebAssembly and writes it as text into src/quantum/kernels/kernels-binary.ts, so that the
 * build needs no other file. A test says when it was forgotten. Run it with `npm run kernels`.
 */
import { writeFileSync } from 'node:fs';
import { compileKernels, kernelsSource } from './compile-kernels.js';

writeFileSync(
  new URL('../src/quantum/kernels/kernels-binary.ts', import.meta.url),
  kernelsSource(compileKernels()),
);
