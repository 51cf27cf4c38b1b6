/**
 * The words that begin statements, and what is said about those that are not supported: each is refused by its own name.
 * Called by `statements.ts`.
 */
export const statementWords2: ReadonlySet<string> = new Set([
  ...['qreg', 'creg', 'gate', 'opaque', 'measure', 'reset', 'barrier', 'if', 'include'],
]);

export const modifierWords: ReadonlySet<string> = new Set(['ctrl', 'negctrl', 'inv', 'pow']);

export const statementWords3: ReadonlySet<string> = new Set([
  ...['qubit', 'bit', 'qreg', 'creg', 'const', 'input', 'gate', 'measure', 'reset', 'barrier', 'if', 'for'],
  ...['ctrl', 'negctrl', 'inv', 'pow', 'include'],
]);

/** Words that cannot be names, beside those that begin statements; what is declared already is refused as such. */
const reserved: Readonly<Record<2 | 3, readonly string[]>> = {
  2: ['OPENQASM', 'sin', 'cos', 'tan', 'exp', 'ln', 'sqrt'],
  3: ['OPENQASM', 'in', 'else', 'true', 'false', 'void'],
};

export function isReserved(word: string, version: 2 | 3): boolean {
  const words = version === 2 ? statementWords2 : statementWords3;
  return words.has(word) || reserved[version].includes(word) || (version === 3 && Object.hasOwn(noun, word));
}

const noun: Readonly<Record<string, string>> = {
  defcal: 'pulse calibrations are',
  defcalgrammar: 'pulse calibrations are',
  cal: 'pulse calibrations are',
  delay: 'timing is',
  box: 'timing is',
  stretch: 'timing is',
  duration: 'timing is',
  durationof: 'timing is',
  array: 'arrays are',
  extern: 'external functions are',
  while: 'loops without a constant range are',
  break: 'leaving loops early is',
  continue: 'leaving loops early is',
  switch: 'switches are',
  def: 'subroutines are',
  return: 'subroutines are',
  let: 'aliases of registers are',
  output: 'every bit is an output; declarations of outputs are',
  end: 'ending early is',
  complex: 'classical variables are',
  bool: 'classical variables are',
  int: 'classical variables are',
  uint: 'classical variables are',
  float: 'classical variables are',
  angle: 'classical variables are',
  pragma: 'pragmas are',
  nop: 'the statement is',
};

/** Why a statement of OpenQASM 3 that begins with this word is refused; undefined for other words. */
export function refusal(word: string): string | undefined {
  if (!Object.hasOwn(noun, word)) return undefined;
  const constants = ['int', 'uint', 'float', 'angle', 'bool', 'complex'].includes(word)
    ? ' (constants and inputs are: write `const` or `input` before it)'
    : '';
  return `\`${word}\` is not supported: ${noun[word]} not part of the subset of OpenQASM 3 that can be simulated here${constants}`;
}
