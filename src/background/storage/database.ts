import { type Database, openStore } from '../../shared/store/open.ts';
import { databaseStore, type RecordStore } from '../keep/recordStore.ts';

/** The one connection to the database: opened when it is needed, and opened again after it was lost or did not open. */
export interface StoreConnection {
  db(): Promise<Database>;
  store(): Promise<RecordStore>;
}

export function createConnection(open: typeof openStore = openStore): StoreConnection {
  let opened: Promise<{ db: Database; store: RecordStore }> | undefined;

  function connect(): Promise<{ db: Database; store: RecordStore }> {
    if (opened) return opened;
    const lost = (): void => {
      if (opened === opening) opened = undefined;
    };
    const opening = open(lost).then((db) => ({ db, store: databaseStore(db) }));
    opening.catch(lost);
    opened = opening;
    return opening;
  }

  return {
    db: async () => (await connect()).db,
    store: async () => (await connect()).store,
  };
}
