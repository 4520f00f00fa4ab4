import type { ConnectionManager } from './connectionManager.ts';

const STOCKS: Record<string, number> = {
  ACME: 182.4,
  GLOBEX: 64.1,
  INITECH: 23.7,
  UMBRL: 311.9,
  HOOLI: 97.5,
};
const TOPICS = ['Markets', 'Technology', 'Science', 'Weather', 'Sport'];
const HEADLINES = [
  'Quarterly figures beat expectations',
  'New observatory sends its first pictures',
  '新闻：实时数据流正在改变网页',
  'Storm front moves east – travel delays likely',
  'Récolte record dans le sud de l’Europe',
  'أخبار عاجلة: افتتاح المؤتمر الدولي',
  'Local team wins after extra time 🎉',
];

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

/** Makes up quotes, news and notifications; returns what stops that. */
export function startFeeds(manager: ConnectionManager, { stocksEvery = 250 } = {}): () => void {
  const prices = { ...STOCKS };
  const timers = [
    setInterval(() => {
      const symbol = pick(Object.keys(prices));
      const before = prices[symbol]!;
      const price = Math.max(1, before * (1 + (Math.random() - 0.5) * 0.01));
      prices[symbol] = price;
      manager.broadcast('stocks', {
        event: 'quote',
        data: {
          symbol,
          price: Number(price.toFixed(2)),
          change: Number((price - before).toFixed(2)),
          volume: Math.floor(Math.random() * 5000),
          at: new Date().toISOString(),
        },
      });
    }, stocksEvery),
    setInterval(() => {
      const headline = pick(HEADLINES);
      manager.broadcast('news', {
        event: 'article',
        data: { headline, topic: pick(TOPICS), tags: ['live', 'demo'], at: new Date().toISOString() },
      });
    }, 3000),
    setInterval(() => {
      manager.broadcast('events', {
        event: 'notification',
        data: {
          level: pick(['info', 'info', 'info', 'warning']),
          text: pick(['Build finished', 'New sign-up', 'Backup done', 'Disk at 81 %']),
        },
      });
    }, 2000),
    // Nobody listens for these: a developer tool should say so.
    setInterval(
      () =>
        manager.broadcast('events', { event: 'presence', data: { online: Math.floor(Math.random() * 50) } }),
      4000,
    ),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
