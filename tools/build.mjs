// Compiles apps and libs to dist/ with swc. Files whose source is older than their output are skipped, so a second
// start pays only for looking. Type errors are found by `npm run types`, not here: a start must not wait for them.
import { transformFile } from '@swc/core';
import { mkdir, readdir, readFile, rm, stat, writeFile, copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist');
// docs: the descriptions that the product serves.
const sourceRoots = ['apps', 'libs', 'test', 'docs'];
const copied = new Set(['.json', '.sql', '.html', '.css', '.js', '.csv', '.yaml', '.ndjson', '.jsonld']);

export async function build() {
  const { compilerOptions } = JSON.parse(await readFile(path.join(root, 'tsconfig.base.json'), 'utf8'));
  const stamp = await signature();
  const stampFile = path.join(out, '.stamp');
  const sameRecipe = (await readFile(stampFile, 'utf8').catch(() => '')) === stamp;
  if (!sameRecipe) await rm(out, { recursive: true, force: true });

  const jobs = [];
  const wanted = new Set();
  for (const top of sourceRoots) {
    for (const file of await walk(path.join(root, top))) {
      const relative = path.relative(root, file);
      const extension = path.extname(file);
      if (extension === '.ts' && !file.endsWith('.d.ts')) {
        const target = path.join(out, relative.replace(/\.ts$/, '.js'));
        wanted.add(target);
        if (await isStale(file, target)) jobs.push(() => compile(file, target, compilerOptions.paths));
      } else if (copied.has(extension)) {
        const target = path.join(out, relative);
        wanted.add(target);
        if (await isStale(file, target)) jobs.push(() => copy(file, target));
      }
    }
  }
  await inParallel(jobs, availableParallelism() * 2);
  // A deleted source must not live on in dist: Nest and TypeORM would still find it by path.
  for (const file of await walk(out).catch(() => [])) {
    if ((file.endsWith('.js') || copied.has(path.extname(file))) && !wanted.has(file)) await rm(file);
  }
  await mkdir(out, { recursive: true });
  await writeFile(stampFile, stamp);
  return jobs.length;
}

async function compile(file, target, paths) {
  const { code, map } = await transformFile(file, {
    swcrc: false,
    cwd: root,
    filename: file,
    sourceMaps: true,
    module: { type: 'commonjs', strict: true },
    jsc: {
      target: 'es2022',
      baseUrl: root,
      paths,
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  await writeFile(`${target}.map`, map);
}

async function copy(file, target) {
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(file, target);
}

async function isStale(file, target) {
  const [source, made] = await Promise.all([stat(file), stat(target).catch(() => undefined)]);
  return made === undefined || source.mtimeMs > made.mtimeMs;
}

async function signature() {
  const recipe = await Promise.all(
    ['tsconfig.base.json', 'tools/build.mjs', 'package-lock.json'].map((f) =>
      readFile(path.join(root, f), 'utf8').catch(() => ''),
    ),
  );
  return `${process.version}\n${recipe.map((text) => text.length).join(' ')}`;
}

async function walk(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(full)));
    else found.push(full);
  }
  return found;
}

async function inParallel(jobs, width) {
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) await jobs[next++]();
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, worker));
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build();
}
