/** Where the page begins: styles, then the application into the one element of the document. */
import { render } from 'preact';
import '@fontsource-variable/inter/wght.css';
import './style/tokens.css';
import './style/shell.css';
import './style/controls.css';
import './style/parts.css';
import './style/mesh.css';
import './style/panel.css';
import './style/pages.css';
import { knowViewer } from './api/who.js';
import { App } from './app.jsx';
import { followLinks } from './address/address.js';
import { listenToKeys } from './shell/keyboard.js';

knowViewer();
followLinks();
listenToKeys();
render(<App />, document.getElementById('page') as HTMLElement);
