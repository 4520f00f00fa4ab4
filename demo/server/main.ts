import { resolve } from 'node:path';
import { createDemo } from './app.ts';

const app = createDemo({ pageFolder: resolve('dist/demo') });
const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4100) });
console.log(`The demo dashboard is at ${address}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await app.close();
    process.exit(0);
  });
}
