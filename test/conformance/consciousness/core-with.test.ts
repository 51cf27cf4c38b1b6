/** Consciousness over the core changes nothing of what the core promises: the same model, with it in every process. */
import { mindedWorlds } from './minded-world.js';
import { modelConformance } from '../model/model.conformance.js';
import { storyConformance } from '../model/stories.conformance.js';

modelConformance('the orchestrator with consciousness', mindedWorlds, { runs: 60, steps: 60 });
storyConformance('what was found once, with consciousness', mindedWorlds);
