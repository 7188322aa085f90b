import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { Figure } from './figures';

/** Prints the figures of a run, and writes them with what they were measured on to a file of JSON. */
export async function report(figures: readonly Figure[], file: string, size: string): Promise<void> {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  await writeFile(file, `${JSON.stringify({ machine, size, figures }, null, 2)}\n`);
  process.stdout.write(`\n${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}; ${size}\n`);
  for (const { name, value, unit, must } of figures) {
    const shown = value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 3 : 0 });
    process.stdout.write(`  ${name.padEnd(84)} ${shown.padStart(10)} ${unit.padEnd(9)} ${must ?? ''}\n`);
  }
}
