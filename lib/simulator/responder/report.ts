import { cutText } from '@/lib/core/base/cut-text'
import { type Finding, SEVERITY_NAMES } from './finding'
import type { Material } from './material'

/** A report in Markdown: every finding with its file and line, worst first, and what could not be seen. */
export function writeReport(material: Material, opening: string): string {
  const lines = [opening, '']
  lines.push(...material.findings.slice(0, 60).map((finding, index) => `${index + 1}. ${describe(finding)}`))
  if (material.findings.length > 60)
    lines.push(`… and ${material.findings.length - 60} more of lower severity.`)
  if (material.findings.length === 0 && material.modules.length > 0) {
    for (const place of material.modules.slice(0, 40))
      lines.push(`- \`${place.path}\`: ${place.files.length} source files`)
  }
  if (material.gaps.length > 0)
    lines.push('', 'Could not be seen:', ...material.gaps.slice(0, 10).map((gap) => `- ${gap}`))
  return lines.join('\n').trim()
}

function describe(finding: Finding): string {
  const decided = finding.holds ? ' (holds)' : ' (does not hold)'
  const verdict = finding.check !== null || finding.holds === null ? '' : decided
  const evidence =
    finding.evidence === '' ? '' : ` \`${cutText(finding.evidence.replaceAll('`', "'"), 120)}\``
  const more = finding.explanation === finding.title ? '' : ` ${finding.explanation}`
  const rest = `${more}${evidence}`
  return `**${SEVERITY_NAMES[finding.severity] ?? 'medium'}** ${finding.title} (\`${finding.path}:${finding.line}\`)${verdict}${rest === '' ? '' : `:${rest}`}`
}
