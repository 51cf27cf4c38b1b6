import { cycleConformance } from './model/cycles.conformance.js';
import { modelConformance } from './model/model.conformance.js';
import { postgresWorlds } from './model/postgres-world.js';
import { storyConformance } from './model/stories.conformance.js';

modelConformance('the orchestrator over PostgreSQL', postgresWorlds, { runs: 40, steps: 50 });
cycleConformance('concurrent edits over PostgreSQL', postgresWorlds, 40);
storyConformance('what was found once, over PostgreSQL', postgresWorlds);
