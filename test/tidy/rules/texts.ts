/** What no file of the project may say, whatever its language. The words are put together here so that this file may not either. */
import type { Complaint } from '../source-file.js';

interface Ban {
  readonly pattern: RegExp;
  readonly message: string;
}

const leftOvers = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|');
const tools = [
  'cla' + 'ude',
  'anthro' + 'pic',
  'open' + 'ai',
  'chat' + 'gpt',
  'co' + 'pilot',
  'co' + 'dex',
].join('|');
const machinePaths = ['/wo' + 'rk/', '/ro' + 'ot/', '/tmp/bash' + '_jobs'].join('|');

const bans: readonly Ban[] = [
  { pattern: new RegExp(`\\b(${leftOvers})\\b`), message: 'leaves something to be done later' },
  { pattern: new RegExp(`\\b(${tools})\\b`, 'i'), message: 'names a tool that has no part in the project' },
  // A path that goes on from something else (`src/…`, `../…`, `${root}/…`) is relative.
  { pattern: new RegExp(`(?<![\\w.}*)\\]-])(${machinePaths})`), message: 'holds a path of one machine' },
];

export function bannedTexts(path: string, text: string): Complaint[] {
  if (text.includes('\0')) return [];
  return text.split('\n').flatMap((line, index) => {
    const hit = bans.find((ban) => ban.pattern.test(line));
    return hit === undefined
      ? []
      : [{ file: path, line: index + 1, message: `${hit.message}: '${hit.pattern.exec(line)?.[0]}'` }];
  });
}
