/** The whole page: the rail, the page that the address names, the panel of a task beside it, and what lies above. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { MeshPage } from './mesh/mesh-page.jsx';
import { MeshesPage } from './meshes/meshes-page.jsx';
import { lazily } from './parts/lazy.jsx';
import { go, page, param } from './address/address.js';
import { Help } from './shell/help.jsx';
import { isHelpOpen, useKeys } from './shell/keyboard.js';
import { Rail, STOPS } from './shell/rail.jsx';
import { SignIn } from './shell/sign-in.jsx';
import { Toasts } from './shell/toasts.jsx';
import { TaskPanel } from './task/task-panel.jsx';

const PAGES: Readonly<Record<string, () => JSX.Element | null>> = {
  meshes: MeshesPage,
  mesh: MeshPage,
  submit: lazily(async () => (await import('./submit/submit-page.jsx')).SubmitPage),
  templates: lazily(async () => (await import('./templates/templates-page.jsx')).TemplatesPage),
  layers: lazily(async () => (await import('./layers/layers-page.jsx')).LayersPage),
  consciousness: lazily(
    async () => (await import('./consciousness/consciousness-page.jsx')).ConsciousnessPage,
  ),
  learning: lazily(async () => (await import('./learning/learning-page.jsx')).LearningPage),
  history: lazily(async () => (await import('./history/history-page.jsx')).HistoryPage),
  health: lazily(async () => (await import('./health/health-page.jsx')).HealthPage),
  api: lazily(async () => (await import('./doors/doors-page.jsx')).DoorsPage),
};

function titleOf(name: string): string {
  return STOPS.find((stop) => stop.page === name)?.name ?? 'Mesh';
}

/** The mesh page names itself by its mesh. */
function useTitle(name: string): void {
  useEffect(() => {
    if (name !== 'mesh') document.title = `${titleOf(name)} · Task Mesh`;
  }, [name]);
}

export function App(): JSX.Element {
  const name = page.value in PAGES ? page.value : 'meshes';
  const Page = PAGES[name] as () => JSX.Element;
  const task = param('task');
  useTitle(name);
  useKeys(
    [
      { key: '?', says: 'This help', run: () => (isHelpOpen.value = !isHelpOpen.value) },
      { key: 'Escape', says: 'Close the panel', run: () => go({ task: null, tab: null }) },
    ],
    [],
  );
  return (
    <div class={task === '' ? 'app' : 'app has-panel'}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Rail />
      <main id="main" tabIndex={-1}>
        <Page />
      </main>
      {task !== '' && <TaskPanel key={task} id={task} />}
      <Help />
      <SignIn />
      <Toasts />
    </div>
  );
}
