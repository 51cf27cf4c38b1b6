/** Where the words of a pass stand on the tape: 16 of them. src/quantum/kernels/tape.ts writes them. */
export const CODE: usize = 0;
export const COUNT_LOG: usize = 4;
export const CHUNK_LOG: usize = 8;
export const CONSTANTS: usize = 12;
export const HIGH_A: usize = 16;
export const HIGH_B: usize = 20;
export const STRIDE_A: usize = 24;
export const STRIDE_B: usize = 28;
export const CONTROL_A: usize = 32;
export const CONTROL_B: usize = 36;
export const OFFSET: usize = 40;
export const MASKS: usize = 44;
export const MASK_COUNT: usize = 48;
export const DIMENSION: usize = 52;
export const OTHER: usize = 56;
export const PASS_BYTES: usize = 64;
