/** The models that are trained on many rows at once. The server predicts with them, the training thread trains them. */
import type { BatchModel } from '../batch.js';
import { QuantumKernel } from '../kernel/quantum-kernel.js';
import { NeuralNetwork } from '../network/neural-network.js';
import { BoostedTrees } from '../tree/boosted-trees.js';
import { RegressionTree } from '../tree/regression-tree.js';

export function batchModels(): BatchModel[] {
  return [new BoostedTrees(), new RegressionTree(), new NeuralNetwork(), new QuantumKernel()];
}
