import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { REPORTS_FOLDER } from '../../reportsFolder.ts';

export interface QueryReport {
  name: string;
  /** What it answers: the comment at the top of its file. */
  about: string;
  sql: string;
}

/** The reports of the package, by name. */
export async function listReports(folder = REPORTS_FOLDER): Promise<QueryReport[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map((file) => readReport(join(folder, file))));
}

async function readReport(path: string): Promise<QueryReport> {
  const sql = await readFile(path, 'utf8');
  const comment = /^(?:--.*\n)+/.exec(sql)?.[0] ?? '';
  return {
    name: basename(path, '.sql'),
    about: comment.replace(/^-- ?/gm, '').trim().replaceAll('\n', ' '),
    // Clients take one statement, without its end.
    sql: sql.trim().replace(/;$/, ''),
  };
}

/**
 * A report of the package by its name, or any file that ends with `.sql`.
 *
 * @throws {Error} with a sentence
 */
export async function findReport(name: string): Promise<QueryReport> {
  if (name.endsWith('.sql')) return readReport(name);
  const reports = await listReports();
  const found = reports.find((report) => report.name === name);
  if (found) return found;
  throw new Error(
    `There is no report “${name}”. There are ${reports.map((report) => report.name).join(', ')}; or name a file that ends with .sql.`,
  );
}
