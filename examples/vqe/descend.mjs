/**
 * One step of the optimiser: three energies become the next angle. The gradient is exact: for a rotation it is half of the
 * difference between the energies a quarter turn to either side (parameter shift).
 */

/** Molecular hydrogen at 0.735 Å in the basis STO-3G on two qubits, in Hartree; and the repulsion of its nuclei. */
const terms = {
  IZ: 0.39793742484318045,
  ZI: -0.39793742484318045,
  ZZ: -0.01128010425623538,
  XX: 0.18093119978423156,
};
const constant = -1.052373245772859 + 0.7199689944489797;
/** What diagonalising the four by four matrix gives. */
const exact = -1.1373060357534;
const rate = 1;

export function energyOf({ expectations }) {
  return Object.entries(terms).reduce((sum, [pauli, weight]) => sum + weight * expectations[pauli], constant);
}

function around(theta) {
  return { theta, left: theta - Math.PI / 2, right: theta + Math.PI / 2 };
}

export default function descend({ inputs, input, log, progress }) {
  if (input.theta !== undefined) return around(input.theta);
  const { angle, here, left, right } = Object.fromEntries(
    input.from.map(([role, task]) => [role, inputs[task]]),
  );
  const energy = energyOf(here);
  const theta = angle.theta - (rate * (energyOf(right) - energyOf(left))) / 2;
  const error = energy - exact;
  log(
    `step ${input.step}: ${energy.toFixed(6)} Ha at theta ${angle.theta.toFixed(4)}, ${error.toExponential(1)} Ha above the exact energy`,
  );
  progress(1, `${energy.toFixed(6)} Ha`);
  if (!input.last) return { ...around(theta), energy, error };
  if (error > 1e-3)
    throw new Error(`the energy is ${error.toFixed(6)} Ha above the exact one: more steps are needed`);
  return { energy, exact, error, theta: angle.theta };
}
