import type { Chunk, SceneSketch } from './scene.ts';

/** The same stream as Chromium sees it without the wire: dispatched events alone. */
export function withoutWire(sketch: SceneSketch, heard = ['message']): SceneSketch {
  return {
    ...sketch,
    connections: sketch.connections.map((one) => ({
      ...one,
      chunks: (one.chunks ?? []).flatMap(([at, text]): Chunk[] =>
        String(text)
          .split(/(?<=\n\n)/)
          .filter(
            (block) =>
              /^data:/m.test(block) && heard.includes(/^event: (.*)$/m.exec(block)?.[1] ?? 'message'),
          )
          .map((block) => [at, block]),
      ),
      more: { ...one.more, fidelity: 'events' },
    })),
  };
}
