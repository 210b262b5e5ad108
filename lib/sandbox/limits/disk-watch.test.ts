import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '@/lib/processes/command'
import { type DiskWatch, watchDisk } from './disk-watch'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-disk-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Whether it is found to be full, at the latest when the folder is measured in any case. */
async function isFound(disk: DiskWatch): Promise<boolean> {
  for (let looks = 0; looks < 25; looks++) if (await disk.isFull()) return true
  return false
}

const write = (name: string, bytes: number) => writeFileSync(join(folder, name), Buffer.alloc(bytes, 1))

test('a folder is full once it holds more than its quota', async () => {
  const disk = watchDisk([folder], 1_000_000, runCommand)
  await disk.begin()
  write('a', 400_000)
  expect(await disk.isFull()).toBe(false)
  mkdirSync(join(folder, 'deep'))
  write('deep/b', 2_000_000)
  expect(await isFound(disk)).toBe(true)
})

test('a command that begins with a full folder may clear it, and is stopped when it adds to it', async () => {
  const disk = watchDisk([folder], 1_000_000, runCommand)
  write('a', 2_000_000)
  await disk.begin()
  expect(await disk.isFull()).toBe(true)
  await disk.begin()
  expect(await disk.isFull()).toBe(false)
  write('b', 2_000_000)
  expect(await isFound(disk)).toBe(true)
})

test('a folder that is gone holds nothing', async () => {
  const disk = watchDisk([join(folder, 'gone')], 1, runCommand)
  await disk.begin()
  expect(await disk.isFull()).toBe(false)
})
