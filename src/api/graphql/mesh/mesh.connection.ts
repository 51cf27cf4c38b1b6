/** A page of meshes. */
import { connectionOf } from '../connection.js';
import { Mesh } from './mesh.type.js';

export const MeshConnection = connectionOf('Mesh', () => Mesh);
