import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Small sources in several languages, and in each the line that an audit has to find. */
const files: readonly { path: string; lines: readonly string[]; wrong: string }[] = [
  {
    path: 'web/session.ts',
    wrong: 'catch',
    lines: [
      "import { readFileSync } from 'node:fs'",
      '',
      'export function readSession(path: string): string {',
      '  try {',
      "    return readFileSync(path, 'utf8')",
      '  } catch (error) {}',
      "  return ''",
      '}',
    ],
  },
  {
    path: 'web/render.js',
    wrong: 'innerHTML',
    lines: ['export function show(element, comment) {', '  element.innerHTML = comment', '}'],
  },
  {
    path: 'jobs/report.py',
    wrong: 'shell=True',
    lines: [
      'import subprocess',
      '',
      'def build(name):',
      '    return subprocess.run("make " + name, shell=True)',
    ],
  },
  {
    path: 'native/copy.c',
    wrong: 'strcpy',
    lines: ['#include <string.h>', '', 'void keep(char *to, const char *from) {', '  strcpy(to, from);', '}'],
  },
  {
    path: 'store/query.go',
    wrong: 'SELECT',
    lines: [
      'package store',
      '',
      'func find(name string) string {',
      '\treturn "SELECT id FROM users WHERE name = \'" + name + "\'"',
      '}',
    ],
  },
]

export type Planted = { root: string; findings: { file: string; line: number; text: string }[] }

/** Writes the sources into a folder of their own, and says where the planted mistakes stand. */
export function plant(): Planted {
  const root = mkdtempSync(join(tmpdir(), 'skein-planted-'))
  const findings = files.map(({ path, lines, wrong }) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${lines.join('\n')}\n`)
    const index = lines.findIndex((line) => line.includes(wrong))
    return { file: path, line: index + 1, text: lines[index] ?? '' }
  })
  return { root, findings }
}
