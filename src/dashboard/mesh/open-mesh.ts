/** The mesh that is open, for its views and for the panel of a task beside it; undefined on other pages. */
import { signal } from '@preact/signals';
import type { LiveMesh } from './live-mesh.js';

export const openMesh = signal<LiveMesh | undefined>(undefined);
