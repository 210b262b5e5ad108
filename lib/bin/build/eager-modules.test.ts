import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { markModulesEager } from './eager-modules.mjs'

const head =
  '(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(["object"==typeof document?document.currentScript:void 0,'

function builtFolder(chunks: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'skein-eager-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'chunks'))
  for (const [name, text] of Object.entries(chunks)) writeFileSync(join(folder, 'chunks', name), text)
  return { folder, read: (name: string) => readFileSync(join(folder, 'chunks', name), 'utf8') }
}

test('each module of a chunk stands in parentheses, once, and what is in it stays as it is', async () => {
  const text = `${head}1,e=>{"use strict";e.s([f=>f])},2,(e,t)=>{t.exports=[",3,e=>{}"]},3,function(e){},"x"])`
  const { folder, read } = builtFolder({ 'a.js': text, 'b.css': 'a{}', 'c.js': 'function plain(){}' })
  expect(await markModulesEager(folder)).toBe(3)
  const marked = `${head}1,(e=>{"use strict";e.s([f=>f])}),2,((e,t)=>{t.exports=[",3,e=>{}"]}),3,(function(e){}),"x"])`
  expect([read('a.js'), read('b.css'), read('c.js')]).toEqual([marked, 'a{}', 'function plain(){}'])
  const whatRuns = (script: string) => {
    const page: { TURBOPACK?: unknown[][] } = {}
    new Function('globalThis', 'document', script)(page, {})
    return page.TURBOPACK?.flat().map(String)
  }
  expect(whatRuns(marked)).toEqual(whatRuns(text))
})

test('modules that are marked are left, and a build without any is no build', async () => {
  const marked = `${head}1,(e=>{})])`
  const { folder, read } = builtFolder({ 'a.js': marked, 'b.js': `${head}2,e=>{}])` })
  expect(await markModulesEager(folder)).toBe(1)
  expect(read('a.js')).toBe(marked)
  await expect(markModulesEager(folder)).rejects.toThrow('No chunk in')
  await expect(markModulesEager(join(folder, 'nowhere'))).rejects.toThrow('No chunk in')
})
