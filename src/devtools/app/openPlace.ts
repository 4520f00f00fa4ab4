import type { Place } from '../../shared/diagnosis/model/place.ts';
import type { ExchangeOutline } from '../../shared/session/exchangeOutline.ts';
import { showEntry } from '../events/showEntry.ts';
import type { PanelStore } from './panelStore.ts';

/** What is shown around a moment, and beside a range, ms. */
const AROUND = 2000;

/**
 * Shows where a finding is seen: the connection or header in HTTP, the event in the table, the time in the timeline.
 *
 * @param stream - id of the stream that has the finding
 */
export function openPlace(store: PanelStore, place: Place, stream: string): void {
  const { data, rows, tab, timeline, exchangeShown } = store;
  switch (place.place) {
    case 'connection':
    case 'header':
    case 'body': {
      const exchange = exchangeOf(store, place.exchange);
      data.chooseStream(exchange?.stream ?? stream);
      tab.value = 'http';
      exchangeShown.value = {
        exchange: place.exchange,
        header: place.place === 'header' ? place.name.toLowerCase() : '',
      };
      return;
    }
    case 'entry': {
      const exchange = exchangeOf(store, place.exchange);
      tab.value = 'events';
      if (exchange) showEntry(data, rows, exchange.stream, exchange.firstEntry + place.ordinal);
      else data.chooseStream(stream);
      return;
    }
    case 'range':
      data.chooseStream(stream);
      tab.value = 'timeline';
      timeline.show({ from: place.from, to: place.to ?? timeline.end.value });
      return;
    case 'mark':
      data.chooseStream(stream);
      tab.value = 'timeline';
      timeline.show({ from: place.at - AROUND, to: place.at + AROUND });
      return;
    case 'listener':
      data.chooseStream(stream);
      tab.value = 'events';
      rows.setQuery(`type:${/[\s"]/.test(place.type) ? JSON.stringify(place.type) : place.type}`);
      return;
    case 'stream':
      data.chooseStream(place.stream);
      tab.value = 'events';
  }
}

function exchangeOf({ data }: PanelStore, id: string): ExchangeOutline | undefined {
  for (const list of data.allExchanges.value.values()) {
    const found = list.find((one) => one.id === id);
    if (found) return found;
  }
  return undefined;
}
