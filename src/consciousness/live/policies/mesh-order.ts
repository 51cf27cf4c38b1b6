/** The order of meshes and their tasks as decisions have it, for the core. Without decisions it is idle, and nobody is asked. */
import type { Advisor, OrderAdvice, TaskFacts } from '../../../orchestrator/advisor.js';
import { secondsBy } from '../../policies/order-policies.js';
import type { JointRule } from '../joint/joint-rule.js';
import type { PolicyRule } from './policy-rule.js';

export interface MeshOrderOptions {
  readonly policies: PolicyRule;
  readonly joint: JointRule;
  /** What has learned, and what is known without it. */
  readonly learned: Pick<Advisor, 'estimate'>;
  readonly plain: Pick<Advisor, 'estimate'>;
}

export class MeshOrder implements OrderAdvice {
  readonly #options: MeshOrderOptions;

  constructor(options: MeshOrderOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#options.policies.isIdle && this.#options.joint.isIdle;
  }

  secondsOf(meshId: string, task: () => TaskFacts): number | null {
    const { policies, learned, plain } = this.#options;
    const policy = policies.policyOf(meshId);
    if (policy === undefined) return null;
    const facts = task();
    const [known, usual] = [learned.estimate(facts), plain.estimate(facts)];
    if (known === null || usual === null) return policy === 'EVEN' ? 1 : null;
    return secondsBy(policy, { p50: known.p50, p90: known.p90, plain: usual.p50 });
  }

  weightOf(meshId: string, openTasks: number): number {
    return this.#options.joint.shareOf(meshId, openTasks);
  }
}
