import { canonicalJson, type Json, type JsonObject } from '@/lib/core/base/json'
import { itemsOf, propertiesOf } from '@/lib/core/schema/schema-keywords'
import type { Subject } from '../material'
import { roleOf } from '../words'
import type { FillContext, FillPlace } from './fill-context'
import { flatten } from './flatten'
import { isFindingShape, typesOf } from './shape'

/** Longest list given where neither schema nor prompt names a limit. */
const USUAL_MOST = 40

/**
 * Fills an array: one item for each thing the material holds of the kind the items describe, within the
 * bounds.
 */
export function fillArray(schema: JsonObject, place: FillPlace, context: FillContext): Json[] {
  const { first, rest } = itemsOf(schema)
  const least = Math.max(
    Number(schema.minItems ?? 0),
    schema.contains === undefined ? 0 : Number(schema.minContains ?? 1),
  )
  const most = Math.max(least, Math.min(Number(schema.maxItems ?? USUAL_MOST), context.material.most))
  const at = (subject: Subject, index: number): FillPlace => ({
    ...place,
    subject,
    depth: place.depth + 1,
    turn: index,
  })
  const items: Json[] = first
    .slice(0, most)
    .map((rule, index) => context.fill(rule, at(place.subject, index), context))
  if (rest === false) return items
  const rule = rest ?? (schema.contains === undefined ? { type: 'string' } : schema.contains)

  // Lists within lists multiply: deep down there is no more in one than there has to be.
  const subjects = subjectsFor(rule, place, context).slice(0, place.depth > 4 ? least : undefined)
  for (const [index, subject] of subjects.entries()) {
    if (items.length >= most) break
    push(items, context.fill(rule, at(subject, index), context), schema)
  }
  const contained = schema.contains === undefined ? 0 : Number(schema.minContains ?? 1)
  for (let count = 0; count < contained && items.length < most; count += 1)
    push(
      items,
      context.fill({ allOf: [rule, schema.contains ?? true] }, at(place.subject, count), context),
      schema,
    )
  for (let tries = 0; items.length < least && tries < 40 + least * 4; tries += 1) {
    const text: Subject = { kind: 'text', text: fallbackText(context, tries) }
    const subject = typesOf(flatten(rule, context.root)).includes('object') ? place.subject : text
    const varied = { ...context, attempt: context.attempt + (tries > 2 ? tries + 4 : 0) }
    push(items, context.fill(rule, at(subject, tries), varied), schema)
  }
  return items
}

function push(items: Json[], item: Json, schema: JsonObject): void {
  const isRepeated =
    schema.uniqueItems === true && items.some((known) => canonicalJson(known) === canonicalJson(item))
  if (!isRepeated) items.push(item)
}

/** What the items are about: findings, folders, files, gaps, or sentences. */
function subjectsFor(rule: Json | undefined, place: FillPlace, context: FillContext): Subject[] {
  const { material } = context
  const schema = flatten(rule, context.root)
  const findings = material.findings.map((finding): Subject => ({ kind: 'finding', finding }))
  if (place.subject.kind === 'finding') return listInFinding(schema, place)
  if (typesOf(schema).includes('object') || schema.properties !== undefined) {
    const properties = propertiesOf(schema)
    const roles = Object.keys(properties).map(roleOf)
    if (isFindingShape(properties, context.root)) return findings
    if (
      roles.includes('path') ||
      roles.includes('folder') ||
      place.role === 'folder' ||
      place.role === 'path'
    ) {
      if (
        findings.length > 0 &&
        (roles.includes('severity') || roles.includes('title') || roles.includes('verdict'))
      )
        return findings
      return places(roles.includes('folder') || place.role !== 'path' ? 'folder' : 'path', place, context)
    }
    if (findings.length > 0 || material.filesRead > 0 || material.hasClaims) return findings
    // Nothing was looked at because nothing had to be: the parts of a plan come from the request's own
    // sentences.
    return Array.from({ length: material.wanted }, (_, index) => ({
      kind: 'text',
      text: fallbackText(context, index),
    }))
  }
  if (!typesOf(schema).includes('string') && typesOf(schema).length > 0)
    return findings.slice(0, Math.max(3, findings.length))
  if (place.role === 'folder' || place.role === 'path' || place.role === 'location')
    return places(place.role === 'folder' ? 'folder' : 'path', place, context)
  if (place.role === 'gaps') return material.gaps.map((text) => ({ kind: 'text', text }))
  if (place.role === 'language')
    return [...new Set(material.files.map((file) => file.split('.').at(-1) ?? ''))].map((text) => ({
      kind: 'text',
      text,
    }))
  const texts =
    findings.length > 0
      ? material.findings.map(({ title, path, line }) => `${title} (${path}:${line})`)
      : material.sentences.slice(0, 5)
  return texts.map((text) => ({ kind: 'text', text }))
}

function listInFinding(schema: JsonObject, place: FillPlace): Subject[] {
  if (place.subject.kind !== 'finding') return []
  const { finding } = place.subject
  if (typesOf(schema).includes('object')) return [place.subject]
  const isPath = place.role === 'path' || place.role === 'folder'
  if (place.role === 'gaps') return []
  return [
    {
      kind: 'text',
      text: isPath
        ? finding.path
        : place.role === 'location'
          ? `${finding.path}:${finding.line}`
          : finding.title,
    },
  ]
}

function places(kind: 'folder' | 'path', place: FillPlace, context: FillContext): Subject[] {
  const { material } = context
  if (place.subject.kind === 'place') return place.subject.place.files.map((text) => ({ kind: 'text', text }))
  const named = /^(?:files?|dateien?|fichiers?|archivos?|ファイル)/i.test(place.name)
  if (kind === 'path' && named)
    return material.files.map((path): Subject => ({ kind: 'place', place: { path, files: [] } }))
  const modules = material.modules.map((found) => ({ kind: 'place' as const, place: found }))
  if (modules.length > 0) return largest(modules, material.most)
  const seen = [...new Set(material.findings.map(({ path }) => path))]
  return seen.map((path): Subject => ({ kind: 'place', place: { path, files: [] } }))
}

/** The places with the most files, in the order they were in. */
function largest(modules: Extract<Subject, { kind: 'place' }>[], most: number): Subject[] {
  if (modules.length <= most) return modules
  const kept = new Set(
    [...modules].sort((a, b) => b.place.files.length - a.place.files.length).slice(0, most),
  )
  return modules.filter((found) => kept.has(found))
}

function fallbackText(context: FillContext, index: number): string {
  const { sentences } = context.material
  const sentence = sentences[index % Math.max(1, sentences.length)] ?? 'Nothing more was found'
  return index < sentences.length ? sentence : `${sentence} (${index + 1})`
}
