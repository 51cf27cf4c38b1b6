/** A page of edges. */
import { connectionOf } from '../connection.js';
import { Edge } from './edge.type.js';

export const EdgeConnection = connectionOf('Edge', () => Edge);
