// A small HTTP front of ClickHouse's own engine (chdb), for the real client: node clickhouseFront.mjs FOLDER [CERT KEY]
// It prints its address, keeps its tables in FOLDER, and ends with its standard input.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { loadChdb } from './chdb.mjs';

const [folder, cert, key] = process.argv.slice(2);
const { Session } = loadChdb();
const session = new Session(folder);
const PASSWORD = process.env.FRONT_PASSWORD ?? '';
/** Answers to inserts that get lost: what was asked for has been done. */
let lost = 0;
/** Inserts that were done. */
let inserts = 0;
let number = 0;
const NOT_SETTINGS = new Set(['query', 'database', 'query_id', 'session_id', 'role', 'default_format']);

const bodyOf = async (request) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
};

const literal = (text) =>
  /^-?\d+(\.\d+)?$/.test(text) ? text : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The settings of a request, as the end of its statement. */
function settingsOf(params) {
  const own = [...params].filter(([name]) => !NOT_SETTINGS.has(name) && !name.startsWith('param_'));
  if (own.length === 0) return '';
  return ` SETTINGS ${own.map(([name, value]) => `${name} = ${value.startsWith('{') ? value : literal(value)}`).join(', ')}`;
}

async function answer(request, url) {
  const body = await bodyOf(request);
  const params = url.searchParams;
  const own = params.get('query');
  const query = (own ?? body.toString()).trim();
  const bound = Object.fromEntries(
    [...params].filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), value]),
  );
  const database = params.get('database') ?? 'default';
  // The engine has one current database; each request names its own.
  await session.queryAsync(`USE ${JSON.stringify(database)}`);
  const insert = /^INSERT INTO (\S+)\s.*?FORMAT Parquet$/is.exec(query);
  if (own !== null && insert) {
    const file = join(folder, `insert-${number++}.parquet`);
    await writeFile(file, body);
    try {
      await session.queryAsync(
        `INSERT INTO ${insert[1]} SELECT * FROM file(${literal(file)}, Parquet)${settingsOf(params)}`,
      );
      inserts++;
    } finally {
      await rm(file, { force: true });
    }
    return '';
  }
  const text = Object.keys(bound).length > 0 ? bind(query, bound) : query;
  const isRead = /^(SELECT|WITH|--)/i.test(text);
  // A server applies the settings of a request before it reads the statement; the engine alone has none.
  if (!isRead && Number(params.get('readonly') ?? 0) > 0)
    throw new Error('Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)');
  return (
    await session.queryAsync(isRead ? text + settingsOf(params) : text, { format: 'TabSeparated' })
  ).text();
}

/** Parameters of a query, as the server binds them. */
function bind(query, bound) {
  return query.replace(/\{(\w+):(\w+)(?:\((\w+)\))?\}/g, (_, name, type) =>
    type === 'Identifier'
      ? JSON.stringify(bound[name])
      : type === 'Array'
        ? bound[name]
        : literal(bound[name]),
  );
}

let queue = Promise.resolve();
const onRequest = (request, response) => {
  const url = new URL(request.url, 'http://front');
  if (url.pathname === '/lose') {
    lost = Number(url.searchParams.get('times'));
    response.end(String(inserts));
    return;
  }
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const [, basic = ''] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? [];
  const given =
    request.headers['x-clickhouse-key'] ?? Buffer.from(basic, 'base64').toString().split(':')[1] ?? '';
  if (given !== PASSWORD) {
    request.resume();
    response.writeHead(403).end('Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)');
    return;
  }
  queue = queue.then(async () => {
    try {
      const text = await answer(request, url);
      if (lost > 0 && /^INSERT/i.test(url.searchParams.get('query') ?? '')) {
        lost--;
        response.socket.destroy();
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(text);
    } catch (error) {
      response.writeHead(500).end(String(error.message));
    }
  });
};
const server = cert
  ? createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, onRequest)
  : createServer(onRequest);
server.listen(0, '127.0.0.1', () => {
  console.log(`${cert ? 'https' : 'http'}://127.0.0.1:${server.address().port}`);
});
process.stdin.resume().on('end', () => {
  session.close();
  process.exit(0);
});
