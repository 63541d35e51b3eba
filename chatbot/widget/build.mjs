// Builds widget.js from src/ and the modules it shares with the pages; with --check, only says whether it is up to date.
//
// The first line of widget.js names its sources and their SHA-256, so that a test without Node can tell a stale build.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';

/** Of 2019 and early 2021: no WebView that WeChat brings or finds on a phone in use is older. */
const TARGET = ['chrome79', 'safari14.1'];
const BUILT = 'widget.js';

process.chdir(import.meta.dirname);

const css = {
  name: 'css',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: TARGET })).code,
      loader: 'text',
    }));
  },
};
const { outputFiles: [{ text }], metafile } = await build({
  entryPoints: ['src/element.ts'],
  bundle: true,
  minify: true,
  format: 'iife',
  charset: 'utf8',
  target: TARGET,
  legalComments: 'none',
  plugins: [css],
  define: { 'import.meta.url': 'undefined' }, // of the pages' own modules, for what the widget does not use
  write: false,
  metafile: true,
  logLevel: 'warning',
});
const sources = Object.keys(metafile.inputs).sort();
const hash = createHash('sha256');
for (const source of sources) hash.update(`${source}\n`).update(readFileSync(source));
const built = `/* reform-chat, MIT. Built by build.mjs from ${sources.join(' ')} sha256:${hash.digest('hex')} */\n${text}`;

if (process.argv.includes('--check')) {
  if (readFileSync(BUILT, 'utf8') !== built) {
    console.error(`${BUILT} does not match its sources: run "make widget" and commit what it made`);
    process.exit(1);
  }
} else writeFileSync(BUILT, built);
