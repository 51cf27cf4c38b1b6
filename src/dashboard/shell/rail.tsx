/** The rail at the left: where one can go, which server this is, and whether it is heard. */
import type { JSX } from 'preact';
import { OverviewDocument } from '../../generated/dashboard/graphql.js';
import { may, token, viewer } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { theme, turnTheme } from '../parts/colours.js';
import { Glyph, type GlyphName } from '../parts/glyph.jsx';
import { count } from '../parts/words.js';
import { linkTo, page } from '../address/address.js';
import { isHelpOpen } from './keyboard.js';
import { LightMark } from './light-mark.jsx';
import { isSignInOpen } from './sign-in.jsx';

interface Stop {
  readonly page: string;
  readonly name: string;
  readonly glyph: GlyphName;
  /** A query without which the page is empty. */
  readonly needs: string;
}

export const STOPS: readonly Stop[] = [
  { page: 'meshes', name: 'Meshes', glyph: 'meshes', needs: 'meshes' },
  { page: 'templates', name: 'Templates', glyph: 'fork', needs: 'templates' },
  { page: 'layers', name: 'Layers and nodes', glyph: 'places', needs: 'nodes' },
  { page: 'consciousness', name: 'Consciousness', glyph: 'mind', needs: 'consciousness' },
  { page: 'learning', name: 'Learning', glyph: 'learning', needs: 'learningMetrics' },
  { page: 'history', name: 'History', glyph: 'history', needs: 'executionStats' },
  { page: 'health', name: 'Health', glyph: 'health', needs: 'health' },
  { page: 'api', name: 'API', glyph: 'doors', needs: 'viewer' },
];

function isHere(stop: string): boolean {
  const here = page.value === 'mesh' || page.value === 'submit' ? 'meshes' : page.value;
  return here === stop;
}

export function Rail(): JSX.Element {
  const { value } = useAsk(OverviewDocument, {}, 2000);
  const status = value.value?.status;
  const running = status?.counts.running ?? 0;
  return (
    <nav class="rail" aria-label="Pages">
      <a class="brand" href={linkTo({ page: 'meshes' })}>
        <Glyph name="meshes" size={18} />
        <span>
          Task Mesh
          <small>{status?.instanceName ?? '…'}</small>
        </span>
      </a>
      <ul>
        {STOPS.filter(({ needs }) => viewer.value === undefined || may(needs)).map(
          ({ page: stop, name, glyph }) => (
            <li key={stop}>
              <a href={linkTo({ page: stop })} aria-current={isHere(stop) ? 'page' : undefined} title={name}>
                <Glyph name={glyph} />
                <span>{name}</span>
                {stop === 'meshes' && running > 0 && (
                  <span class="rail-count" title="tasks that run">
                    {count(running)}
                  </span>
                )}
              </a>
            </li>
          ),
        )}
      </ul>
      <div class="rail-foot">
        <LightMark />
        <div class="rail-tools">
          <button
            type="button"
            class="icon-button"
            aria-label={token.value !== '' ? 'Signed in' : 'Sign in'}
            title={
              token.value !== '' ? `${viewer.value?.id ?? ''}, ${viewer.value?.role ?? ''}` : 'Sign in to act'
            }
            aria-pressed={token.value !== ''}
            onClick={() => (isSignInOpen.value = true)}
          >
            <Glyph name="key" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
            title="Light or dark"
            onClick={turnTheme}
          >
            <Glyph name="theme" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Keyboard help"
            title="Keyboard (?)"
            onClick={() => (isHelpOpen.value = true)}
          >
            <Glyph name="help" />
          </button>
          <span class="rail-version">{status === undefined ? '' : `v${status.version}`}</span>
        </div>
      </div>
    </nav>
  );
}
