/**
 * Finds the optional packages that package-lock.json does not name, and adds them unless `--check` is given; for whoever
 * changes a dependency. npm leaves out a platform's package where the registry in use cannot serve it, or where
 * node_modules lacks it (npm/cli#4828), and `npm ci` then refuses the lock on every platform. The version is the one the
 * parent pins; os, cpu and libc are read from the name, and the integrity stays open, as nobody has seen the package.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.argv.slice(2).find((argument) => argument !== '--check') ?? 'package-lock.json';
const onlyCheck = process.argv.includes('--check');

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Node looks for a package beside the one that asks for it, and then in every folder above. */
function isNamed(packages, parent, name) {
  const folders = parent
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return ['', ...folders].some(
    (folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages,
  );
}

function missingFrom(packages) {
  return Object.entries(packages).flatMap(([at, parent]) => {
    const optional = Object.entries(parent.optionalDependencies ?? {});
    return optional
      .filter(([name]) => !isNamed(packages, at, name))
      .map(([name, version]) => ({ name, version, parent }));
  });
}

function entryFor({ name, version, parent }) {
  const words = name.split('/').at(-1).split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined)
    throw new Error(`${name} does not say for which platform it is: add it by hand`);
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    version,
    cpu: [cpu],
    ...(parent.dev === true && { dev: true }),
    ...(os === 'linux' && { libc: [libc] }),
    license: parent.license,
    optional: true,
    os: [os],
    engines: parent.engines,
  };
}

const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingFrom(lock.packages);
for (const { name, version } of missing) console.log(`${path} lacks ${name}@${version}`);

if (onlyCheck) process.exitCode = missing.length === 0 ? 0 : 1;
else if (missing.length > 0) {
  const added = missing.map((one) => [`node_modules/${one.name}`, entryFor(one)]);
  const all = [...Object.entries(lock.packages), ...added].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
}
