import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import manifest from './manifest.json' with { type: 'json' };

/** What Firefox wants otherwise in the one manifest. */
function firefoxManifest(): ManifestV3Export {
  const { minimum_chrome_version: _, message_serialization: __, ...rest } = manifest;
  return {
    ...rest,
    permissions: [
      ...rest.permissions.filter((permission) => permission !== 'debugger'),
      'webRequestBlocking',
      'webRequestFilterResponse',
    ],
    background: { scripts: [manifest.background.service_worker], type: 'module' },
    browser_specific_settings: {
      gecko: {
        id: 'sse-scope@sse-scope.dev',
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
    // The default adds `upgrade-insecure-requests`, which would keep the panel from plain http hosts.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
  } as unknown as ManifestV3Export;
}

/**
 * Makes the content scripts strict. They are built as classic scripts, which are sloppy; a sloppy function of the page that one of
 * ours calls would be shown ours, by `caller`.
 */
function strictContentScripts(): Plugin {
  return {
    name: 'strict-content-scripts',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          if (file.type === 'asset' && /^src\/content\/.*\.js$/.test(name))
            file.source = `'use strict';${file.source}`;
        }
      },
    },
  };
}

export default defineConfig(({ mode }): UserConfig => {
  if (mode === 'demo') {
    return {
      root: 'demo/page',
      build: {
        outDir: '../../dist/demo',
        emptyOutDir: true,
        target: 'es2023',
        modulePreload: { polyfill: false },
      },
    };
  }
  if (mode === 'node') {
    return {
      build: {
        ssr: true,
        outDir: 'dist/node',
        emptyOutDir: true,
        target: 'node20',
        minify: false,
        rollupOptions: {
          input: {
            main: 'src/node/cli/main.ts',
            createMockServer: 'src/node/mock/createMockServer.ts',
            readWorker: 'src/node/fleet/worker/main.ts',
          },
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    };
  }
  const firefox = mode === 'firefox';
  return {
    plugins: [
      crx({
        browser: firefox ? 'firefox' : 'chrome',
        manifest: firefox ? firefoxManifest() : (manifest as ManifestV3Export),
        // One synchronous script each: a loader would let the page's first script win.
        contentScripts: { standaloneFiles: ['src/content/bridge/main.ts', 'src/content/page/main.ts'] },
      }),
      strictContentScripts(),
    ],
    build: {
      outDir: firefox ? 'dist/firefox' : 'dist/chrome',
      emptyOutDir: true,
      target: 'es2023',
      minify: true,
      modulePreload: false,
      rollupOptions: { input: { panel: 'src/devtools/shell/panel.html' } },
    },
  };
});
