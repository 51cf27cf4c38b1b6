/** Holds the project to STYLE and to the floors of DESIGN. That each rule can fail is proved in the files beside this one. */
import { expect, it } from 'vitest';
import { openings } from './rules/comments.js';
import { cycles } from './rules/cycles.js';
import { database, environment, terminal, thunks } from './rules/doors.js';
import { floors } from './rules/floors.js';
import { declarationNames, fileNames, namedExports, noBarrels } from './rules/names.js';
import { purity } from './rules/purity.js';
import {
  contractMethods,
  doorMethodLines,
  fileLines,
  filesInFolder,
  functionLines,
  parameters,
} from './rules/sizes.js';
import { bannedTexts } from './rules/texts.js';
import { pathsBelow, readText, sourcesBelow } from './source-file.js';
import type { Complaint, Rule, SourceFile } from './source-file.js';

const source = sourcesBelow('src');
const everything = [...source, ...sourcesBelow('test', 'bench', 'examples', 'scripts')];
/** Locked by npm, or written by others: not our words. */
const foreignTexts = /^(package-lock\.json|LICENSE|NOTICE)/;

function expectTidy(complaints: readonly Complaint[]): void {
  expect(complaints.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([]);
}

it.each<[string, Rule, readonly SourceFile[]]>([
  ['a folder imports itself and lower floors only', floors, source],
  ['no file imports itself through others', cycles, source],
  ['only store/postgres knows the database', database, source],
  ['only the composition root reads the environment', environment, source],
  ['only the command line writes to the console', terminal, source],
  ['GraphQL types are stated as thunks', thunks, source],
  ['mesh and lifecycle are pure', purity, source],
  ['files are not too long', fileLines, everything],
  ['functions are not too long', functionLines, source],
  ['methods of resolvers and routes are short', doorMethodLines, source],
  ['parameters are few', parameters, source],
  ['contracts are small', contractMethods, source],
  ['files are named in kebab-case and by what they are', fileNames, everything],
  ['there are no index files', noBarrels, source],
  ['exports have names', namedExports, source],
  ['declarations avoid the words that say nothing', declarationNames, source],
  ['files open by saying what they are for', openings, source],
])('%s', (_name, rule, files) => {
  expectTidy(rule(files));
});

it('folders are not crowded', () => {
  expectTidy(filesInFolder([...pathsBelow('src'), ...pathsBelow('test')]));
});

it('no text leaves work for later, names a tool or holds a path of one machine', () => {
  const paths = pathsBelow('.').filter((path) => !foreignTexts.test(path));
  expectTidy(paths.flatMap((path) => bannedTexts(path, readText(path))));
});

it('folders that are not there yet have no files', () => {
  expect(sourcesBelow('src/not-there')).toEqual([]);
});
