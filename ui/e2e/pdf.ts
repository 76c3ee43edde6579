/** Writes small PDFs whose words are known. */

const LINES_PER_PAGE = 40;

/**
 * One line of text a line on the page, in Helvetica 11 from the top; as many pages as the lines need.
 * `after` is content painted behind the text of each page.
 */
export function makePdf(lines: string[], pages = Math.max(1, Math.ceil(lines.length / LINES_PER_PAGE)), after = ''): Buffer {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids: string[] = [];
  for (let page = 0; page < pages; page += 1) {
    const shown = lines.slice(page * LINES_PER_PAGE, (page + 1) * LINES_PER_PAGE);
    const text = shown.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n');
    const content = `BT /F1 11 Tf 16 TL 72 740 Td\n${text}\nET\n${after}`;
    const at = objects.length + 1;
    kids.push(`${at} 0 R`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${at + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages} >>`;
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.lastIndexOf('xref\n0')}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** A short supply contract with a few clauses that a buyer would not accept. */
export const supplyContract = [
  'SUPPLY AGREEMENT',
  '',
  'This Supply Agreement is made on 1 March 2026 between Harbour Components Ltd',
  '("Supplier") and Northwind Traders GmbH ("Customer").',
  '',
  '1. Payment. Customer shall pay each invoice within seven (7) days of its date.',
  '2. Liability. The total liability of Supplier under this Agreement shall not exceed',
  'the fees paid by Customer in the one (1) month before the claim arose.',
  '3. Term. This Agreement runs for three (3) years and renews automatically for further',
  'terms of three (3) years unless Customer gives one hundred eighty (180) days notice.',
  '4. Governing law. This Agreement is governed by the laws of England and Wales.',
  '5. Changes. Supplier may change the prices and these terms at any time.',
];

/** A contract for services that ended long ago, as far as its words go. */
export const servicesContract = [
  'MANAGED SERVICES AGREEMENT',
  '',
  'This Agreement is made as of March 1, 2019 between Acme Works Ltd ("Supplier") and',
  'Bramley Foods Ltd ("Customer").',
  '',
  '1. Fees. Customer shall pay each invoice within sixty (60) days of its receipt.',
  '2. Term. This Agreement runs for one (1) year from its date and renews automatically for',
  'further terms of one (1) year unless Customer gives ninety (90) days notice.',
  '3. Governing law. This Agreement is governed by the laws of the State of Delaware.',
  '4. Escrow. Supplier shall deposit the source code with an escrow agent.',
];

/** Many pages of ordinary clauses: enough to be stopped in the middle. Another number makes it another contract. */
export function longContract(pages: number, number = 0): Buffer {
  const lines = Array.from(
    { length: pages * LINES_PER_PAGE },
    (_, at) => `${at + 1}. Customer shall pay Supplier within thirty (30) days, and Supplier shall deliver item ${number + at + 1}.`,
  );
  return makePdf(lines, pages);
}
