import type { Random } from '../simulate/random.ts';
import { runPage, runWorker } from './pageScript.ts';
import type { PlannedPage } from './plan.ts';

/** A page as they are: fifty images, ten scripts, styles, and twelve streams beside them. */
export function pageHtml(plan: PlannedPage, random: Random): string {
  const { page } = plan;
  const images = Array.from(
    { length: 50 },
    (_, i) => `<img src="/image?page=${page}&i=${i}&after=${random.integer(0, 200)}" alt="">`,
  );
  const scripts = Array.from(
    { length: 10 },
    (_, i) =>
      `<script ${random.pick(['', 'async', 'defer'])} src="/script?page=${page}&i=${i}&after=${random.integer(0, 100)}"></script>`,
  );
  const next = random.integer(1, 1e9);
  return `<!doctype html><title>${page}</title>
<link rel="icon" href="data:,">
${[1, 2, 3].map((i) => `<link rel="stylesheet" href="/style?page=${page}&i=${i}">`).join('\n')}
${scripts.slice(0, 5).join('\n')}
<a id="next" href="/page?n=${next}">next</a>
<form id="form" action="/page"><input name="n" value="${next}"></form>
${images.slice(0, 25).join('')}
${script(plan)}
${images.slice(25).join('')}
${scripts.slice(5).join('\n')}`;
}

/** A frame with one stream. */
export function frameHtml(parameters: URLSearchParams): string {
  return `<!doctype html>${script(JSON.parse(parameters.get('plan') ?? '{}') as PlannedPage)}`;
}

/** The first page of a tab: who comes back to it goes on at once. */
export function startHtml(): string {
  return '<!doctype html><title>start</title><script>if (sessionStorage.getItem("depth")) location.href = "/page?n=1"</script>';
}

/** The last page of a tab: no stream, and it stays. */
export function restHtml(): string {
  return '<!doctype html><title>rest</title><script>fetch("/shown")</script>';
}

export function workerScript(): string {
  return `(${runWorker})()`;
}

function script(plan: PlannedPage): string {
  return `<script>(${runPage})(${JSON.stringify(plan).replaceAll('<', '\\u003c')})</script>`;
}
