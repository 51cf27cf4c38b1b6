import { cycleConformance } from './model/cycles.conformance.js';
import { memoryWorlds } from './model/memory-world.js';
import { modelConformance } from './model/model.conformance.js';
import { storyConformance } from './model/stories.conformance.js';

modelConformance('the orchestrator over the in-memory store', memoryWorlds, { runs: 300, steps: 60 });
cycleConformance('concurrent edits over the in-memory store', memoryWorlds, 300);
storyConformance('what was found once, over the in-memory store', memoryWorlds);
