import { type IDBPDatabase, openDB } from 'idb';
import { DATABASE_NAME, DATABASE_VERSION, type Schema } from './schema.ts';

export type Database = IDBPDatabase<Schema>;

/**
 * Opens the one database of the extension, and makes it when it is not there. Gives way to a newer version in
 * another context, so that an update of the extension is never blocked by an open panel.
 *
 * @param onLost - the connection is gone (closed for a newer version, or by the browser): open again or say so
 */
export function openStore(onLost: () => void, name = DATABASE_NAME): Promise<Database> {
  return openDB<Schema>(name, DATABASE_VERSION, {
    upgrade(db, from, _to, tx) {
      if (from < 2) db.createObjectStore('requests', { keyPath: 'id' }).createIndex('bySession', 'session');
      if (from < 4) db.createObjectStore('ahead', { keyPath: ['exchange', 'before'] });
      if (from >= 1) {
        if (from < 3) tx.objectStore('marks').createIndex('byKind', ['session', 'kind', 'at']);
        return;
      }
      db.createObjectStore('sessions', { keyPath: 'id' }).createIndex('byStart', 'startedAt');
      db.createObjectStore('streams', { keyPath: 'id' }).createIndex('bySession', ['session', 'number']);
      const exchanges = db.createObjectStore('exchanges', { keyPath: 'id' });
      exchanges.createIndex('byStream', ['stream', 'number']);
      exchanges.createIndex('bySession', 'session');
      const marks = db.createObjectStore('marks', { autoIncrement: true });
      marks.createIndex('bySession', ['session', 'at']);
      marks.createIndex('byKind', ['session', 'kind', 'at']);
      const segments = db.createObjectStore('segments', { keyPath: ['exchange', 'index'] });
      segments.createIndex('byEntry', ['exchange', 'firstEntry']);
      segments.createIndex('byOffset', ['exchange', 'base']);
      segments.createIndex('byTime', ['exchange', 'firstTime']);
      db.createObjectStore('documents', { keyPath: 'id' }).createIndex('bySession', 'session');
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      onLost();
    },
    terminated: onLost,
  });
}
