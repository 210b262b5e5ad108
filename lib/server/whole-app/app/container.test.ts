import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { readEnvironment } from '../../services/env'

const at = (path: string) => join(process.cwd(), path)
const textOf = (path: string) => readFileSync(at(path), 'utf8')

/** The instructions of the Dockerfile: a word each, and what follows it. */
const instructions = textOf('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .flatMap((line) => {
    const [, word, rest] = /^([A-Z]+) +(.+)$/.exec(line) ?? []
    return word === undefined || rest === undefined ? [] : [{ word, rest }]
  })
const all = (word: string) => instructions.filter((one) => one.word === word).map(({ rest }) => rest)

/** What is copied from the checkout. */
const copied = all('COPY')
  .filter((rest) => !rest.startsWith('--from'))
  .flatMap((rest) => rest.split(/ +/).slice(0, -1))

const composeSchema = z.object({
  services: z.object({
    skein: z.object({
      read_only: z.boolean(),
      tmpfs: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      cap_drop: z.array(z.string()),
    }),
  }),
})
const { skein } = composeSchema.parse(parse(textOf('compose.yaml'))).services

test('what the image copies is there, and is not ignored', () => {
  expect(copied.length).toBeGreaterThan(10)
  const allowed = textOf('.dockerignore').split('\n')
  for (const path of copied) {
    expect(existsSync(at(path)), path).toBe(true)
    expect(allowed).toContain(`!${path}`)
  }
})

test('the image copies everything that the build is stamped by', () => {
  const names = textOf('lib/bin/build.mjs').match(/^const \w+Sources = \[[^\]]+\]/gm) ?? []
  const sources = names.flatMap((list) => [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name))
  expect(sources.length).toBeGreaterThan(10)
  expect(copied).toEqual(expect.arrayContaining(sources))
})

test('the steps of the image are commands that there are', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json')))
  const named = all('RUN').flatMap((step) =>
    [...step.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? ''),
  )
  expect(named).not.toEqual([])
  for (const name of named) expect(scripts).toHaveProperty([name])
  const [start = ''] = all('CMD')
  const [, program = ''] = z.array(z.string()).parse(JSON.parse(start))
  expect(scripts.start).toBe(`node ${program}`)
})

test('the server runs as nobody special on a read-only root, and is asked whether it lives', () => {
  expect(instructions.findIndex(({ word }) => word === 'USER')).toBeGreaterThan(
    instructions.findLastIndex(({ word }) => word === 'RUN'),
  )
  expect(all('USER')).toEqual(['node'])
  expect(all('HEALTHCHECK').join()).toContain('/api/health/live')
  expect(all('RUN').join()).toContain('bubblewrap')
  expect(skein).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  expect(skein.volumes).toContain(`data:${all('VOLUME').join()}`)
})

test('the server takes the settings of the image and of compose.yaml', () => {
  const ofImage = all('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=')))
  const ofCompose = Object.entries(skein.environment).map(([name, value]) => [
    name,
    value.replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  ])
  const env = readEnvironment(Object.fromEntries([...ofImage, ...ofCompose]), '/skein')
  expect(env).toMatchObject({ host: '0.0.0.0', dataDir: '/data', workspaceRoots: ['/workspaces'] })
  expect(env.allowedHosts).toEqual(['localhost'])
})
