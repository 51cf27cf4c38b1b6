/** The report as Markdown, written to .taskmesh/examples/sales; the output says where it lies and what it comes to. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../.taskmesh/examples/sales/', import.meta.url);

function money(cents) {
  return `R$ ${(cents / 100).toFixed(2)}`;
}

function rows(groups) {
  return groups.map(({ name, orders, cents }) => `| ${name} | ${orders} | ${money(cents)} |`).join('\n');
}

export default async function report({ input, inputs }) {
  const total = inputs['by-region'].reduce((sum, { cents }) => sum + cents, 0);
  const best = inputs['best-customers'].map(
    ({ name, city, cents }) => `1. ${name}, ${city}: ${money(cents)}`,
  );
  const text = `# Sales

${inputs.convert.orders.length} orders, ${money(total)} (${inputs.convert.dropped} rows left out)

| month | orders | sales |
|---|--:|--:|
${rows(inputs['by-month'])}

| region | orders | sales |
|---|--:|--:|
${rows(inputs['by-region'])}

${best.join('\n')}
`;
  await mkdir(folder, { recursive: true });
  const file = new URL(input.file, folder);
  await writeFile(file, text);
  return { file: fileURLToPath(file), totalCents: total };
}
